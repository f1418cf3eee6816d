"""Ctrl+K: type a few letters, get the command, run it."""

from __future__ import annotations

from PySide6.QtCore import QPoint, QSize, Qt
from PySide6.QtGui import QAction, QKeyEvent, QKeySequence
from PySide6.QtWidgets import (
    QDialog,
    QHeaderView,
    QLabel,
    QLineEdit,
    QTreeWidget,
    QTreeWidgetItem,
    QVBoxLayout,
    QWidget,
)

from foley_app.actions import named_commands
from foley_app.theme.theme import colour, current_palette

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
        self._entry.setAccessibleName("Find a command")
        self._entry.setMinimumHeight(34)
        self._entry.textChanged.connect(self._filter)
        self._entry.returnPressed.connect(self._run_current)
        self._list = QTreeWidget(self)
        self._list.setColumnCount(2)
        self._list.setHeaderHidden(True)
        self._list.setRootIsDecorated(False)
        self._list.header().setStretchLastSection(False)
        self._list.header().setSectionResizeMode(0, QHeaderView.ResizeMode.Stretch)
        self._list.header().setSectionResizeMode(1, QHeaderView.ResizeMode.ResizeToContents)
        self._list.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self._list.setUniformRowHeights(True)
        self._list.setFixedHeight(_SHOWN * _ROW_HEIGHT + 2)
        self._list.itemClicked.connect(lambda row, _column: self._run(row))
        column = QVBoxLayout(self)
        column.setContentsMargins(8, 8, 8, 8)
        column.setSpacing(8)
        heading = QLabel("Find a command", self)
        heading.setObjectName("quiet")
        column.addWidget(heading)
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
        steps = {
            Qt.Key.Key_Down: 1,
            Qt.Key.Key_Up: -1,
            Qt.Key.Key_PageDown: _SHOWN,
            Qt.Key.Key_PageUp: -_SHOWN,
        }
        key = Qt.Key(event.key())
        if key in steps:
            current = self._list.currentItem()
            row = self._list.indexOfTopLevelItem(current) if current is not None else 0
            self._highlight(row + steps[key])
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
            row = QTreeWidgetItem([f"{command.menu}  ›  {command.text.rstrip('…')}", keys])
            row.setData(0, Qt.ItemDataRole.UserRole, command.name)
            row.setForeground(1, colour(current_palette().text_quiet))
            row.setSizeHint(0, QSize(0, _ROW_HEIGHT))
            self._list.addTopLevelItem(row)
        self._highlight(0)

    def _highlight(self, row: int) -> None:
        last = self._list.topLevelItemCount() - 1
        if (highlighted := self._list.topLevelItem(min(max(row, 0), last))) is not None:
            self._list.setCurrentItem(highlighted)

    def _run_current(self) -> None:
        if (row := self._list.currentItem()) is not None:
            self._run(row)

    def _run(self, row: QTreeWidgetItem) -> None:
        self.accept()
        self._actions[row.data(0, Qt.ItemDataRole.UserRole)].trigger()
