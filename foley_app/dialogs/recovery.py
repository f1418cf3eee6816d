"""At the start after a crash: the work that was not saved, to go on with or to give up."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from PySide6.QtWidgets import (
    QDialog,
    QHBoxLayout,
    QLabel,
    QListWidget,
    QListWidgetItem,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

_ROW_HEIGHT, _MOST_HEIGHT = 64, 260

RecoveryAnswer = Literal["recover", "saved", "discard", "later"]


@dataclass(frozen=True, slots=True)
class RecoveryRow:
    """One document that a crash left behind: what it is called and what is known about it.

    Attributes
    ----------
    can_recover
        Whether its unsaved edits can be read.
    has_file
        Whether its last save still lies where it was.
    prefers_file
        The program ended again when its edits were brought back before: the save is the safer choice.
    """

    name: str
    details: str
    can_recover: bool = True
    has_file: bool = False
    prefers_file: bool = False


class RecoveryDialog(QDialog):
    """Lists the documents; the person chooses one and what to do with it.

    Attributes
    ----------
    answer
        "recover" the work, open the last "saved" version instead, "discard" it for good, or "later".
    """

    def __init__(self, rows: Sequence[RecoveryRow], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWindowTitle("Bring back unsaved work?")
        self.answer: RecoveryAnswer = "later"
        self._rows = tuple(rows)
        heading = QLabel("The program ended before this was saved. Nothing is lost.", self)
        heading.setObjectName("heading")
        self._list = QListWidget(self)
        for row in rows:
            entry = QListWidgetItem(f"{row.name}\n{row.details}")
            entry.setToolTip(row.details)
            self._list.addItem(entry)
        self._list.setWordWrap(True)
        self._list.setMinimumWidth(560)
        self._list.setFixedHeight(min(_ROW_HEIGHT * max(len(rows), 2), _MOST_HEIGHT))
        self._list.setCurrentRow(0)
        self._recover = self._button("Bring it back", "recover")
        self._saved = self._button("Open the last save", "saved")
        discard = self._button("Discard it", "discard")
        later = self._button("Decide later", "later")
        buttons = QHBoxLayout()
        buttons.setSpacing(8)
        buttons.addWidget(discard)
        buttons.addStretch(1)
        for button in (later, self._saved, self._recover):
            buttons.addWidget(button)
        column = QVBoxLayout(self)
        column.setContentsMargins(24, 24, 24, 16)
        column.setSpacing(16)
        column.addWidget(heading)
        column.addWidget(self._list)
        column.addLayout(buttons)
        self._list.currentRowChanged.connect(self._on_row)
        self._on_row(0)

    @property
    def chosen(self) -> int:
        """Index of the chosen document."""
        return self._list.currentRow()

    def _button(self, text: str, answer: RecoveryAnswer) -> QPushButton:
        button = QPushButton(text, self)
        button.clicked.connect(lambda: self._finish(answer))
        return button

    def _finish(self, answer: RecoveryAnswer) -> None:
        self.answer = answer
        self.done(QDialog.DialogCode.Accepted if answer != "later" else QDialog.DialogCode.Rejected)

    def _on_row(self, row: int) -> None:
        chosen = self._rows[row]
        self._recover.setEnabled(chosen.can_recover)
        self._saved.setEnabled(chosen.has_file)
        prefers_file = chosen.has_file and (chosen.prefers_file or not chosen.can_recover)
        (self._saved if prefers_file else self._recover).setDefault(True)
