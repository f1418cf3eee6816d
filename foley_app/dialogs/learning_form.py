"""What every learning asks: what the new detector is called, and which one it starts from."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Signal
from PySide6.QtWidgets import (
    QComboBox,
    QDialog,
    QGridLayout,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QPushButton,
    QWidget,
)

from engine.models.detector_names import LONGEST_NAME, is_name, why_no_name
from foley_app.detector_desk import DetectorDesk
from foley_app.detectors import free_name
from foley_app.theme.theme import CONTROL_HEIGHT

_LABEL_WIDTH = 96


class LearningForm(QWidget):
    """Name and beginning of the new detector.

    **Signals**

    changed()
        What is asked for is another.
    """

    changed = Signal()

    def __init__(self, detectors: DetectorDesk, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._detectors = detectors
        self.name = QLineEdit(free_name("My detector", detectors.names), self)
        self.name.setMaxLength(LONGEST_NAME)
        self.name.textChanged.connect(self.changed)
        self.base = QComboBox(self)
        self.base.setMinimumHeight(CONTROL_HEIGHT)
        self._problem = QLabel(self)
        self._problem.setObjectName("warning")
        self._problem.setWordWrap(True)
        grid = QGridLayout(self)
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setHorizontalSpacing(12)
        grid.setVerticalSpacing(8)
        grid.setColumnMinimumWidth(0, _LABEL_WIDTH)
        for row, (text, field) in enumerate((("&Name", self.name), ("&Starts from", self.base))):
            label = QLabel(text, self)
            label.setBuddy(field)
            grid.addWidget(label, row, 0)
            grid.addWidget(field, row, 1)
        grid.addWidget(self._problem, 2, 1)
        detectors.changed.connect(self._list_bases)
        self.name.textChanged.connect(lambda _text: self._show_problem())
        self._list_bases()

    @property
    def chosen_name(self) -> str:
        """The new detector's name."""
        return self.name.text().strip()

    @property
    def chosen_base(self) -> str:
        """The name of the detector it starts from, "" when there is none that can learn."""
        return self.base.currentData() or ""

    @property
    def problem(self) -> str:
        """Why this can't be begun, "" when it can."""
        name = self.chosen_name
        if not name:
            return "The new detector needs a name."
        if not is_name(name):
            return why_no_name(name)
        if name.casefold() in {other.casefold() for other in self._detectors.names}:
            return f"There is a detector called “{name}” already."
        if not self.chosen_base:
            return self._detectors.trouble or "There is no detector here that can learn."
        return ""

    def choose_base(self, name: str) -> None:
        """Start from this one, if it can learn."""
        if (row := self.base.findData(name)) >= 0:
            self.base.setCurrentIndex(row)

    def _list_bases(self) -> None:
        wish = self.chosen_base or (self._detectors.chosen.name if self._detectors.chosen else "")
        self.base.clear()
        for detector in self._detectors.detectors:
            if detector.can_learn:
                self.base.addItem(detector.name, detector.name)
        self.base.setCurrentIndex(max(self.base.findData(wish), 0))
        self._show_problem()
        self.changed.emit()

    def _show_problem(self) -> None:
        self._problem.setText(self.problem)
        self._problem.setVisible(bool(self.problem))


def quiet_text(text: str, parent: QWidget) -> QLabel:
    """A paragraph that explains."""
    label = QLabel(text, parent)
    label.setObjectName("quiet")
    label.setWordWrap(True)
    return label


def button_row(dialog: QDialog, sides: Sequence[QPushButton], begin: QPushButton) -> QHBoxLayout:
    """The dialog's lowest row: the buttons of its list, then Cancel and the one that begins."""
    cancel = QPushButton("Cancel", dialog)
    cancel.clicked.connect(dialog.reject)
    begin.setDefault(True)
    for button in (*sides, cancel):
        button.setAutoDefault(False)
    row = QHBoxLayout()
    row.setSpacing(8)
    for button in sides:
        row.addWidget(button)
    row.addStretch(1)
    row.addWidget(cancel)
    row.addWidget(begin)
    return row
