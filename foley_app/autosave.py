"""Keeps every edit on disk, and brings back what a crash left behind."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QObject, Signal

from engine.project.document import Project
from engine.project.journal import Journal
from foley_app.session import Session


class Autosave(QObject):
    """One journal per open document: begun when it is opened or saved, removed when it is closed.

    **Signals**

    failed(str)
        The disk refuses the journal; one sentence, once until it works again.
    """

    failed = Signal(str)

    def __init__(self, session: Session, folder: Path, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._session = session
        self._folder = folder
        self._journal: Journal | None = None
        session.opened.connect(self._on_opened)
        session.edited.connect(self._on_edited)
        session.saved.connect(self._on_saved)

    def flush(self) -> bool:
        """Wait until everything is on the disk; whether it is."""
        return self._journal is None or self._journal.flush()

    def close(self) -> None:
        """The document is closed in good order; nothing is left to restore."""
        if self._journal is not None:
            self._journal.close()
            self._journal = None

    def _on_opened(self, project: Project | None, unsaved_edits: int) -> None:
        self.close()
        if project is None:
            return
        # The journal's own thread reports; the signal brings it to the window's.
        self._journal = Journal(self._folder, project.id, on_failure=self.failed.emit)
        self._journal.begin(project, self._session.path, unsaved_edits=unsaved_edits)

    def _on_edited(self, project: Project, text: str, gesture: str | None) -> None:
        if self._journal is not None:
            self._journal.record(project, text, gesture=gesture)

    def _on_saved(self, path: Path) -> None:
        project = self._session.project
        if self._journal is not None and project is not None:
            self._journal.mark_saved(project, path)
