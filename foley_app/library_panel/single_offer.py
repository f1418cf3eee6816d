"""Asks the engine how one sound of the library would suit the selected hit: its gain, its score."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Literal

from PySide6.QtCore import QObject, Signal

from engine.project.document_json import to_json
from foley_app.candidates import offered_sound
from foley_app.engine_client import EngineClient, JobHandle
from foley_app.session import Session

Purpose = Literal["audition", "take"]


class SingleOffer(QObject):
    """One question at a time; a newer one takes the place of one that is not answered yet.

    **Signals**

    offered(object sound, str purpose)
        The `OfferedSound`, and what it was wanted for.
    failed(str)
        One sentence.
    """

    offered = Signal(object, str)
    failed = Signal(str)

    def __init__(self, session: Session, engine: EngineClient, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._session = session
        self._engine = engine
        self._job: JobHandle | None = None

    def ask(self, path: str, folders: Sequence[str], purpose: Purpose) -> None:
        """Offer the sound at `path`, one of those in `folders`, for the first selected hit."""
        project, hits = self._session.project, self._session.selected_hits
        if project is None or not hits:
            return
        arguments = {
            "project": to_json(project),
            "hit": hits[0].id,
            "path": path,
            "folders": list(folders),
        }
        job = self._engine.start_job("offer_sound", arguments)
        self._job = job
        hit_id = hits[0].id
        job.finished.connect(lambda result: self._on_answer(job, hit_id, purpose, result))
        job.failed.connect(lambda sentence: self._on_failed(job, sentence))

    def _on_answer(self, job: JobHandle, hit_id: str, purpose: Purpose, result: dict[str, Any]) -> None:
        if job is not self._job:
            return
        self._job = None
        hits = self._session.selected_hits
        if hits and hits[0].id == hit_id:
            self.offered.emit(offered_sound(result["sound"]), purpose)

    def _on_failed(self, job: JobHandle, sentence: str) -> None:
        if job is self._job:
            self._job = None
            self.failed.emit(sentence)
