"""At the start after a crash: the work that was not saved, to go on with or to give up."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from PySide6.QtWidgets import QDialog, QHBoxLayout, QLabel, QListWidget, QListWidgetItem, QPushButton, QVBoxLayout, QWidget

RecoveryAnswer = Literal["recover", "saved", "discard", "later"]


@dataclass(frozen=True, slots=True)
class RecoveryRow:
    """One document that can be brought back: its name, what is known about it, whether it has a file."""

    name: str
    details: str
    has_file: bool


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
            self._list.addItem(QListWidgetItem(f"{row.name}\n{row.details}"))
        self._list.setMinimumSize(480, min(44 * len(rows) + 24, 220))
        self._list.setCurrentRow(0)
        self._list.currentRowChanged.connect(self._on_row)
        self._recover = self._button("Bring it back", "recover")
        self._recover.setDefault(True)
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
        self._saved.setEnabled(0 <= row < len(self._rows) and self._rows[row].has_file)


