"""All keys on one sheet."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeySequence
from PySide6.QtWidgets import (
    QDialog,
    QDialogButtonBox,
    QGridLayout,
    QHBoxLayout,
    QLabel,
    QScrollArea,
    QVBoxLayout,
    QWidget,
)

from foley_app.actions import named_commands

_COLUMNS = (("File", "Edit", "Play"), ("Hits", "Sounds", "Generate"), ("Analyse", "View", "Tools", "Help"))
_MOUSE = (
    ("Drag a marker", "Move hits"),
    ("Shift+drag", "Move finely"),
    ("Alt+drag", "Move without snapping"),
    ("Double-click in Hits", "Add a hit"),
    ("Double-click in Level", "Add a level point"),
    ("Shift+drag in the ruler", "Mark a range"),
    ("Wheel", "Scroll"),
    ("Shift+wheel", "Scroll the lanes"),
    ("Ctrl+wheel", "Zoom"),
)
_PICTURE = (
    ("Drag the ring", "Move the contact point"),
    ("Escape", "Put it back while dragging"),
    ("Double-click", "Place the contact point"),
    ("Tab, arrows", "Move it by keys (Shift: finely)"),
)


class ShortcutsDialog(QDialog):
    """Every command that has a key, by menu, made from the table of commands."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWindowTitle("Keyboard shortcuts")
        sheet = QWidget(self)
        row = QHBoxLayout(sheet)
        row.setContentsMargins(8, 0, 8, 0)
        row.setSpacing(32)
        for menus in _COLUMNS:
            column = QVBoxLayout()
            column.setSpacing(12)
            for menu in menus:
                column.addWidget(_section(menu, _keys_of(menu)))
            if menus is _COLUMNS[0]:
                column.addWidget(_section("In the picture", _PICTURE))
            if menus is _COLUMNS[-1]:
                column.addWidget(_section("Mouse on the timeline", _MOUSE))
            column.addStretch(1)
            row.addLayout(column)
        area = QScrollArea(self)
        area.setWidgetResizable(True)
        area.setFrameShape(QScrollArea.Shape.NoFrame)
        area.setWidget(sheet)
        buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Close, self)
        buttons.rejected.connect(self.reject)
        outer = QVBoxLayout(self)
        outer.setContentsMargins(16, 16, 16, 16)
        outer.addWidget(area)
        outer.addWidget(buttons)
        wanted = sheet.sizeHint()
        self.resize(min(wanted.width() + 64, 1240), min(wanted.height() + 100, 840))


def _keys_of(menu: str) -> tuple[tuple[str, str], ...]:
    rows = [
        (" or ".join(QKeySequence(key).toString(_NATIVE) for key in command.keys), command.text.rstrip("…"))
        for command in named_commands()
        if command.menu == menu and command.keys and command.in_menu
    ]
    if menu == "Sounds":
        rows.insert(4, ("1–9", "Audition a sound in sync with the picture"))
    if menu == "Edit":
        rows[:0] = [("Ctrl+Z", "Undo"), ("Ctrl+Shift+Z", "Redo")]
    return tuple(rows)


def _section(title: str, rows: tuple[tuple[str, str], ...]) -> QWidget:
    section = QWidget()
    grid = QGridLayout(section)
    grid.setContentsMargins(0, 0, 0, 0)
    grid.setHorizontalSpacing(16)
    grid.setVerticalSpacing(3)
    heading = QLabel(title)
    heading.setObjectName("heading")
    grid.addWidget(heading, 0, 0, 1, 2)
    for number, (keys, text) in enumerate(rows, 1):
        key_label = QLabel(keys)
        key_label.setObjectName("quiet")
        grid.addWidget(key_label, number, 0, Qt.AlignmentFlag.AlignTop)
        grid.addWidget(QLabel(text), number, 1)
    grid.setColumnMinimumWidth(0, 128)
    grid.setColumnStretch(1, 1)
    return section


_NATIVE = QKeySequence.SequenceFormat.NativeText
