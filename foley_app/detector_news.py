"""What the window says and does about detectors: who found the hits, notes, what a learning brought."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject

from engine.project.document import Project
from foley_app.detectors import name_in_label
from foley_app.learning_desk import Learned
from foley_app.note_strip import Note
from foley_app.settings import DETECTOR

if TYPE_CHECKING:
    from foley_app.main_window import MainWindow


class DetectorNews(QObject):
    """Stands between the desks of a window and its strip of notes and status bar."""

    def __init__(self, window: MainWindow) -> None:
        super().__init__(window)
        self._window = window
        self._notes = window.workspace.notes
        window.session.project_changed.connect(self._on_project)
        window.detectors.changed.connect(self.show_finder)
        window.settings.changed.connect(self._on_setting)
        window.analysis.noted.connect(self._notes.show_video_notes)
        window.learning.finished.connect(self._on_learned)
        self._notes.acted.connect(self._act)

    def show_finder(self) -> None:
        """Say in the status bar which detector found the hits."""
        project, detectors = self._window.session.project, self._window.detectors
        label = project.analysis_model if project is not None else ""
        self._window.status_bar.show_finder(name_in_label(label), detectors.own_threshold(label))

    def reset_threshold(self) -> None:
        """Put the threshold back to the one that the document's detector asks for."""
        project = self._window.session.project
        if project is None:
            return
        own = self._window.detectors.own_threshold(project.analysis_model)
        if own is None:
            self._window.status_bar.show_message(
                "The detector that found these hits is not here, so its own threshold isn't known."
            )
        else:
            self._window.commands.set_threshold(own, True)

    def _on_project(self, project: Project | None, old: Project | None) -> None:
        if (project and project.id) != (old and old.id):
            self._notes.show_video_notes([])
        if (project and project.analysis_model) != (old and old.analysis_model):
            self.show_finder()

    def _on_setting(self, setting: object) -> None:
        if setting is not DETECTOR:
            return
        chosen, project = self._window.detectors.chosen, self._window.session.project
        if (
            chosen is not None
            and project is not None
            and name_in_label(project.analysis_model) != chosen.name
        ):
            self._window.status_bar.show_message(
                f"“{chosen.name}” is used from now on; Ctrl+R analyses this picture again."
            )

    def _on_learned(self, learned: Learned) -> None:
        if learned.is_kept:
            note = Note(learned.summary, "use_detector", "Use it from now on", learned.name, False, False)
        else:
            note = Note(learned.summary, "keep_anyway", "Keep it anyway", learned, False, False)
        self._notes.add(note)
        self._window.detectors.refresh()

    def _act(self, note: Note) -> None:
        if note.action == "time_by_sound":
            self._window.analysis.start(str(note.subject))
        elif note.action == "use_detector":
            self._window.detectors.choose(str(note.subject))
        elif note.action == "keep_anyway" and isinstance(note.subject, Learned):
            self._window.learning.keep_anyway(note.subject)
