"""Lets the engine make a detector of the person's own, in the background."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from PySide6.QtCore import QObject, Signal

from engine.project.document import Project
from engine.project.document_json import to_json
from foley_app.engine_client import EngineClient, JobHandle


@dataclass(frozen=True, slots=True)
class Learned:
    """What came of a learning.

    Attributes
    ----------
    summary
        What it learned from and what that brought, in sentences.
    is_kept
        Whether there is a new detector now; the engine drops one that is no better.
    arguments, kind
        What it was asked, to ask again.
    """

    name: str
    summary: str
    is_kept: bool
    kind: str
    arguments: Mapping[str, Any]


class LearningDesk(QObject):
    """One learning at a time.

    **Signals**

    progressed(float, str)
        The fraction done and what is being done.
    finished(object)
        A `Learned`.
    failed(str)
        One sentence.
    ended()
        It no longer runs, for whatever reason.
    """

    progressed = Signal(float, str)
    finished = Signal(object)
    failed = Signal(str)
    ended = Signal()

    def __init__(self, engine: EngineClient, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._engine = engine
        self._job: JobHandle | None = None

    @property
    def is_running(self) -> bool:
        """Whether a detector is learning."""
        return self._job is not None

    def learn_corrections(self, projects: Sequence[Project], name: str, base: str) -> None:
        """Learn from what the person did in these projects, whose references are absolute."""
        written = [to_json(project) for project in projects]
        self._start("learn_corrections", {"projects": written, "name": name, "base": base})

    def learn_footage(self, paths: Sequence[str], name: str, base: str) -> None:
        """Learn from these videos, and from those in these folders, by their sound."""
        self._start("learn_footage", {"paths": list(paths), "name": name, "base": base})

    def keep_anyway(self, learned: Learned) -> None:
        """Make the detector that was dropped because it was no better."""
        self._start(learned.kind, {**learned.arguments, "keep_anyway": True})

    def cancel(self) -> None:
        """Stop; nothing is kept of it."""
        if self._job is not None:
            job, self._job = self._job, None
            job.cancel()
            self.ended.emit()

    def _start(self, kind: str, arguments: dict[str, Any]) -> None:
        self.cancel()
        job = self._engine.start_job(kind, arguments)
        self._job = job
        begin = f"Learning “{arguments['name']}”"
        self.progressed.emit(0.0, begin)
        job.progressed.connect(
            lambda fraction, text: self.progressed.emit(fraction, f"{begin}: {text[:1].lower()}{text[1:]}")
        )
        job.finished.connect(lambda result: self._on_finished(job, result))
        job.failed.connect(lambda sentence: self._on_failed(job, sentence))
        job.cancelled.connect(lambda: self._end(job))

    def _on_finished(self, job: JobHandle, result: dict[str, Any]) -> None:
        if job is not self._job:
            return
        learned = Learned(
            name=str(result["name"]),
            summary=str(result["summary"]),
            is_kept=bool(result.get("is_kept", True)),
            kind=job.kind,
            arguments=job.arguments,
        )
        self._end(job)
        self.finished.emit(learned)

    def _on_failed(self, job: JobHandle, sentence: str) -> None:
        if job is self._job:
            self._end(job)
            self.failed.emit(sentence)

    def _end(self, job: JobHandle) -> None:
        if job is self._job:
            self._job = None
            self.ended.emit()
