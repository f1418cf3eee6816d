"""Ctrl+K: type a few letters, get the command, run it."""

from __future__ import annotations

from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QAction, QKeyEvent, QKeySequence
from PySide6.QtWidgets import QDialog, QLineEdit, QListWidget, QListWidgetItem, QVBoxLayout, QWidget

from foley_app.actions import named_commands

_WIDTH = 520
_SHOWN = 10
_ROW_HEIGHT = 30


class CommandPalette(QDialog):
    """Lists the commands that contain every typed word; Return runs the highlighted one."""

    def __init__(self, actions: dict[str, QAction], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWindowTitle("Find a command")
        self.setWindowFlag(Qt.WindowType.FramelessWindowHint)
        self.setFixedWidth(_WIDTH)
        self._actions = actions
        self._entry = QLineEdit(self)
        self._entry.setPlaceholderText("Find a command…")
        self._entry.setMinimumHeight(34)
        self._entry.textChanged.connect(self._filter)
        self._entry.returnPressed.connect(self._run_current)
        self._list = QListWidget(self)
        self._list.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self._list.setUniformItemSizes(True)
        self._list.setFixedHeight(_SHOWN * _ROW_HEIGHT)
        self._list.itemClicked.connect(self._run)
        column = QVBoxLayout(self)
        column.setContentsMargins(8, 8, 8, 8)
        column.setSpacing(8)
        column.addWidget(self._entry)
        column.addWidget(self._list)
        self._filter("")

    def open_above(self, window: QWidget) -> None:
        """Open it at the top of a window, in the middle."""
        top = window.mapToGlobal(QPoint((window.width() - _WIDTH) // 2, 48))
        self.move(top)
        self.open()
        self._entry.setFocus()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        steps = {Qt.Key.Key_Down: 1, Qt.Key.Key_Up: -1, Qt.Key.Key_PageDown: _SHOWN, Qt.Key.Key_PageUp: -_SHOWN}
        if event.key() in steps:
            last = self._list.count() - 1
            row = min(max(self._list.currentRow() + steps[event.key()], 0), last)
            self._list.setCurrentRow(row)
        else:
            super().keyPressEvent(event)

    def _filter(self, typed: str) -> None:
        words = typed.lower().split()
        self._list.clear()
        matches = []
        for command in named_commands():
            action = self._actions[command.name]
            text = f"{command.menu} {command.text}".lower()
            if action.isEnabled() and all(word in text for word in words):
                starts = [any(part.startswith(word) for part in text.split()) for word in words]
                matches.append((not all(starts), command))
        for _, command in sorted(matches, key=lambda match: match[0]):
            action = self._actions[command.name]
            keys = action.shortcut().toString(QKeySequence.SequenceFormat.NativeText)
            row = QListWidgetItem(f"{command.menu}  ›  {command.text.rstrip('…')}" + (f"      {keys}" if keys else ""))
            row.setData(Qt.ItemDataRole.UserRole, command.name)
            self._list.addItem(row)
        self._list.setCurrentRow(0)

    def _run_current(self) -> None:
        if (row := self._list.currentItem()) is not None:
            self._run(row)

    def _run(self, row: QListWidgetItem) -> None:
        self.accept()
        self._actions[row.data(Qt.ItemDataRole.UserRole)].trigger()


