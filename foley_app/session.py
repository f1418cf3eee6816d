"""The session: the current project, its undo stack, its selection and whether it is saved."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from PySide6.QtCore import QObject, Signal
from PySide6.QtGui import QUndoStack

from engine.project.document import Hit, Project
from foley_app.commands import SnapshotCommand


class Session(QObject):
    """Holds the document; every edit goes through `apply`.

    Widgets never change a project: they emit what the person wants, somebody makes the new project
    with a pure edit, and `apply` puts it on the undo stack and tells everybody. In memory all references
    to files are absolute; only the project file has them relative to itself.

    **Signals**

    project_changed(object new, object old)
        Another `Project` (or None) is in force; compare parts by identity to see what changed.
    edited(object project, str text, object gesture)
        An edit, an undo or a redo put a project in force; edits of one gesture in a row are one.
    opened(object project, int unsaved_edits)
        Another document (or None) was opened; how many of its edits are in no file.
    saved(object)
        The document was written to this `Path`.
    document_changed()
        A different document was opened, or the file's name changed.
    dirty_changed(bool)
        Whether there is something to save.
    selection_changed(frozenset)
        Ids of the selected hits.
    """

    project_changed = Signal(object, object)
    edited = Signal(object, str, object)
    opened = Signal(object, int)
    saved = Signal(object)
    document_changed = Signal()
    dirty_changed = Signal(bool)
    selection_changed = Signal(object)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.undo_stack = QUndoStack(self)
        self.undo_stack.setUndoLimit(1000)
        self.undo_stack.cleanChanged.connect(self._announce_dirty)
        self._project: Project | None = None
        self._path: Path | None = None
        self._selection: frozenset[str] = frozenset()
        self._gesture_number = 0
        self._is_restored = False
        self._was_dirty = False

    @property
    def project(self) -> Project | None:
        """The document in force."""
        return self._project

    @property
    def path(self) -> Path | None:
        """The project file, None while there is none."""
        return self._path

    @property
    def is_dirty(self) -> bool:
        """Whether closing now would lose something."""
        return self._project is not None and (self._is_restored or not self.undo_stack.isClean())

    @property
    def selection(self) -> frozenset[str]:
        """Ids of the selected hits."""
        return self._selection

    @property
    def selected_hits(self) -> tuple[Hit, ...]:
        """The selected hits in the order of time."""
        if self._project is None or not self._selection:
            return ()
        return tuple(hit for hit in self._project.shown_hits if hit.id in self._selection)

    def open(self, project: Project | None, path: Path | None = None, *, unsaved_edits: int = 0) -> None:
        """Put another document in force, with an empty undo stack.

        Parameters
        ----------
        unsaved_edits
            Edits that are in no file, in a document that was brought back after a crash.
        """
        old = self._project
        self.undo_stack.clear()
        self._is_restored = unsaved_edits > 0
        self._path = path
        self._project = project
        self._selection = frozenset()
        self.opened.emit(project, unsaved_edits)
        self.project_changed.emit(project, old)
        self.selection_changed.emit(self._selection)
        self.document_changed.emit()
        self._announce_dirty()

    def apply(self, text: str, project: Project, gesture: str | None = None) -> None:
        """Put an edited project in force as one undo step.

        Parameters
        ----------
        text
            What the step is called in the Edit menu, as a person would write it.
        gesture
            Name of the drag or turn of a knob that this belongs to; edits of one gesture are one
            step until `end_gesture`.
        """
        if self._project is None:
            raise ValueError("there is no document to edit")
        if project is self._project:
            return
        key = None if gesture is None else f"{gesture}#{self._gesture_number}"
        self.undo_stack.push(SnapshotCommand(text, self._project, project, self._show, key))

    @property
    def last_step(self) -> SnapshotCommand | None:
        """The step that an undo would take back, None when there is none; see `complete`."""
        last = self.undo_stack.command(self.undo_stack.index() - 1) if self.undo_stack.index() else None
        return last if isinstance(last, SnapshotCommand) else None

    def complete(self, step: SnapshotCommand, text: str, project: Project) -> None:
        """Put a project in force as the rest of a step, under a new text.

        Parameters
        ----------
        step
            What `last_step` was when it was begun, and still is.

        Raises
        ------
        ValueError
            When it is no longer the last one; what comes late is an edit of its own then.
        """
        if self._project is None or step is not self.last_step:
            raise ValueError(f"“{step.text()}” is no longer the last step")
        if project is not self._project:
            step.gesture = step.gesture or f"step#{id(step)}"
            self.undo_stack.push(SnapshotCommand(text, self._project, project, self._show, step.gesture))

    def end_gesture(self) -> None:
        """The drag is over: the next edit of the same kind is a step of its own."""
        self._gesture_number += 1

    def select(self, hit_ids: Iterable[str]) -> None:
        """Select these hits and no others."""
        known = self._project.hits_by_id if self._project is not None else {}
        selection = frozenset(hit_id for hit_id in hit_ids if hit_id in known)
        if selection != self._selection:
            self._selection = selection
            self.selection_changed.emit(selection)

    def mark_saved(self, path: Path) -> None:
        """The project is in its file now."""
        self._path = path
        self._is_restored = False
        self.undo_stack.setClean()
        self.saved.emit(path)
        self.document_changed.emit()
        self._announce_dirty()

    def _show(self, project: Project, text: str, gesture: str | None) -> None:
        old, self._project = self._project, project
        self.edited.emit(project, text, gesture)
        self.project_changed.emit(project, old)
        if not self._selection <= project.hits_by_id.keys():
            self.select(self._selection)

    def _announce_dirty(self) -> None:
        if self.is_dirty != self._was_dirty:
            self._was_dirty = self.is_dirty
            self.dirty_changed.emit(self._was_dirty)
