"""Keys that belong to a widget while it has the focus, and not to the window's shortcuts."""

from __future__ import annotations

from collections.abc import Container

from PySide6.QtCore import QEvent, Qt
from PySide6.QtGui import QKeyEvent

_FOREIGN = (
    Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.AltModifier | Qt.KeyboardModifier.MetaModifier
)


def claims(event: QEvent, keys: Container[int]) -> bool:
    """Claim one of the keys, with or without Shift; to be returned from `QWidget.event`."""
    if event.type() != QEvent.Type.ShortcutOverride or not isinstance(event, QKeyEvent):
        return False
    if event.key() not in keys or event.modifiers() & _FOREIGN:
        return False
    event.accept()
    return True
