"""The one undo command: the project before and after, a text, and the gesture it belongs to."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtGui import QUndoCommand

from engine.project.document import Project

_MERGEABLE_ID = 1


class SnapshotCommand(QUndoCommand):
    """Swaps one immutable project for another.

    Parameters
    ----------
    text
        What a person would call it: "Move 3 hits".
    before, after
        Unchanged parts are shared between the two, so a snapshot is cheap.
    show
        Puts a project on screen with the text and the gesture of what happened.
    gesture
        Commands that follow each other with the same gesture become one (a drag is one step).
    """

    def __init__(
        self,
        text: str,
        before: Project,
        after: Project,
        show: Callable[[Project, str, str | None], None],
        gesture: str | None = None,
    ) -> None:
        super().__init__(text)
        self.before = before
        self.after = after
        self.gesture = gesture
        self._show = show

    def redo(self) -> None:
        self._show(self.after, self.text(), self.gesture)

    def undo(self) -> None:
        self._show(self.before, f"Undo: {self.text()}", None)

    def id(self) -> int:
        return -1 if self.gesture is None else _MERGEABLE_ID

    def mergeWith(self, other: QUndoCommand) -> bool:
        if not isinstance(other, SnapshotCommand) or other.gesture != self.gesture:
            return False
        self.after = other.after
        self.setText(other.text())
        self.setObsolete(self.after is self.before)
        return True
