"""Opening, saving and closing documents, with every question asked before something could be lost."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any, Literal, Protocol

from PySide6.QtCore import QObject, Signal

from engine.bundled import demo_video
from engine.errors import UserFacingError
from engine.project import edits
from engine.project.document import MediaReference, Project
from engine.project.document_json import from_json
from engine.project.references import rebase_references, resolve_reference
from engine.project.storage import DamagedProjectError, load_project, save_project
from foley_app.engine_client import EngineClient, JobHandle
from foley_app.session import Session
from foley_app.settings import LAST_FOLDER, Settings

PROJECT_SUFFIX = ".foley"
VIDEO_SUFFIXES = (".mp4", ".mov", ".mkv", ".avi", ".webm", ".m4v", ".mxf", ".mpg", ".mpeg", ".ts", ".wmv")

Answer = Literal["save", "discard", "cancel"]


class Questions(Protocol):
    """The dialogs the desks need (`foley_app.dialogs.questions`); tests answer for the person."""

    def choose_video(self, folder: str) -> str: ...
    def choose_project(self, folder: str) -> str: ...
    def choose_save_path(self, suggestion: str) -> str: ...
    def about_unsaved(self, name: str) -> Answer: ...
    def open_previous(self, sentence: str, previous: Path) -> bool: ...
    def relink(self, reference: MediaReference, folder: Path) -> MediaReference | None: ...
    def delete_detector(self, title: str) -> bool: ...
    def stop_learning(self) -> bool: ...
    def show_error(self, sentence: str) -> None: ...


class DocumentDesk(QObject):
    """Brings documents into the session and back to disk.

    **Signals**

    opening(str)
        A file is being looked at; its name. "" when that is over.
    """

    opening = Signal(str)

    def __init__(
        self,
        session: Session,
        engine: EngineClient,
        settings: Settings,
        questions: Questions,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._session = session
        self._engine = engine
        self._settings = settings
        self._questions = questions
        self._opening: JobHandle | None = None

    def ask_for_video(self) -> None:
        """File, Open video."""
        if path := self._questions.choose_video(self._settings.value(LAST_FOLDER)):
            self.open_path(path)

    def ask_for_project(self) -> None:
        """File, Open project."""
        if path := self._questions.choose_project(self._settings.value(LAST_FOLDER)):
            self.open_path(path)

    def open_demo(self) -> None:
        """The clip that ships with the program."""
        self.open_path(demo_video())

    def open_path(self, path: str | Path) -> None:
        """Open a video or a project, whichever it is, once the person agreed to leave the current one."""
        path = Path(path).absolute()
        if not self.may_leave():
            return
        if path.suffix.lower() == PROJECT_SUFFIX:
            self._open_project(path)
        else:
            self._open_video(path)

    def may_leave(self) -> bool:
        """Whether the current document may go: it is saved, or the person saved or gave it up now."""
        if not self._session.is_dirty:
            return True
        answer = self._questions.about_unsaved(document_name(self._session))
        return answer == "discard" or (answer == "save" and self.save())

    def close(self) -> None:
        """Back to the empty window."""
        if self.may_leave():
            self._session.open(None)

    def save(self) -> bool:
        """Write the document to its file, asking for one the first time; False when it wasn't written."""
        if self._session.path is None:
            return self.save_as()
        return self._save_to(self._session.path)

    def save_as(self) -> bool:
        """Write the document to a file the person chooses."""
        if self._session.project is None:
            return False
        chosen = self._questions.choose_save_path(self._suggested_path())
        if not chosen:
            return False
        path = Path(chosen)
        return self._save_to(
            path if path.suffix.lower() == PROJECT_SUFFIX else path.with_name(path.name + PROJECT_SUFFIX)
        )

    def relink(self) -> None:
        """Let the person say where the video lies now."""
        project = self._session.project
        if project is None or project.video is None:
            return
        found = self._questions.relink(project.video.media, Path(project.video.media.path).parent)
        if found is not None:
            self._session.apply("Relink the video", edits.relink_video(project, found))

    def restore(self, project: Project, path: Path | None, unsaved_edits: int) -> None:
        """Go on with a document that was brought back after a crash."""
        self._session.open(project, path, unsaved_edits=max(1, unsaved_edits))

    def _open_video(self, path: Path) -> None:
        if not path.exists():
            self._questions.show_error(f"“{path.name}” is not there any more (looked in {path.parent}).")
            return
        if self._opening is not None:
            self._opening.cancel()
        self.opening.emit(path.name)
        job = self._engine.start_job("new_project", {"path": str(path)})
        self._opening = job
        job.finished.connect(lambda result: self._on_video_described(job, path, result))
        job.failed.connect(lambda sentence: self._on_video_failed(job, sentence))

    def _on_video_described(self, job: JobHandle, path: Path, result: dict[str, Any]) -> None:
        if job is not self._opening:
            return
        self._opening = None
        self.opening.emit("")
        self._remember(path)
        self._session.open(from_json(result["project"]))

    def _on_video_failed(self, job: JobHandle, sentence: str) -> None:
        if job is not self._opening:
            return
        self._opening = None
        self.opening.emit("")
        self._questions.show_error(sentence)

    def _open_project(self, path: Path) -> None:
        unsaved_edits = 0
        try:
            project = load_project(path)
        except DamagedProjectError as error:
            if error.previous is None:
                self._questions.show_error(str(error))
                return
            if not self._questions.open_previous(str(error), error.previous):
                return
            project = load_project(error.previous)
            unsaved_edits = 1
        except UserFacingError as error:
            self._questions.show_error(str(error))
            return
        self._remember(path)
        project = rebase_references(project, path.parent, None)
        found: MediaReference | None = None
        if project.video is not None and resolve_reference(project.video.media, None) is None:
            found = self._questions.relink(project.video.media, path.parent)
        self._session.open(project, path, unsaved_edits=unsaved_edits)
        if found is not None:
            self._session.apply("Relink the video", edits.relink_video(project, found))

    def _save_to(self, path: Path) -> bool:
        project = self._session.project
        if project is None:
            return False
        try:
            save_project(rebase_references(project, None, path.parent), path)
        except UserFacingError as error:
            self._questions.show_error(str(error))
            return False
        self._session.mark_saved(path)
        self._remember(path)
        return True

    def _remember(self, path: Path) -> None:
        self._settings.remember_file(str(path))
        self._settings.set(LAST_FOLDER, str(path.parent))

    def _suggested_path(self) -> str:
        project, path = self._session.project, self._session.path
        if path is not None:
            return str(path)
        if project is not None and project.video is not None:
            video = resolve_reference(project.video.media, None)
            if video is not None and video != demo_video():
                return str(video.with_suffix(PROJECT_SUFFIX))
        return str(Path(self._settings.value(LAST_FOLDER) or Path.home()) / f"untitled{PROJECT_SUFFIX}")


def document_name(session: Session) -> str:
    """What the title calls the document: its file, else its video."""
    if session.path is not None:
        return session.path.name
    project = session.project
    if project is None:
        return ""
    if project.video is None:
        return "untitled"
    return Path(project.video.media.path).stem


def dropped_path(paths: Sequence[str]) -> str:
    """The first of the dropped files that can be opened, "" when none can."""
    allowed = (PROJECT_SUFFIX, *VIDEO_SUFFIXES)
    return next((path for path in paths if Path(path).suffix.lower() in allowed), "")
