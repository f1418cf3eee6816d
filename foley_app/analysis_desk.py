"""Runs the analysis in the engine process and brings its hits into the document as they are found."""

from __future__ import annotations

import time
from pathlib import Path
from typing import Any

from PySide6.QtCore import QObject, QTimer, Signal

from engine.project import edits
from engine.project.document import Hit, LoudnessCurve
from engine.project.document_json import HIT_SHAPE, LOUDNESS_SHAPE
from engine.project.references import resolve_reference
from foley_app.detector_desk import DetectorDesk
from foley_app.detectors import SOUND_ONSETS, name_in_label
from foley_app.engine_client import EngineClient, JobHandle
from foley_app.note_strip import Note
from foley_app.session import Session
from foley_app.texts import counted

_SHOW_EVERY_MS = 200
_REST_PER_WORK = 8
"""In a long reel, showing what was found takes time; the window stays free for eight times as long."""


class AnalysisDesk(QObject):
    """One analysis at a time, of the document in force.

    The hits it streams enter the document in one growing undo step, so that they can be worked on at
    once; what the person touches meanwhile stays. When the document was analysed before, all of it is one
    step at the end, and hits that were placed, edited or locked stay as they are.

    **Signals**

    progressed(float, str)
        The fraction done and what is being done.
    finished(bool is_first)
        All hits are in; whether the document had never been analysed before.
    noted(object)
        What there is to say about the picture, a list of `Note`, before `finished`.
    failed(str)
        One sentence.
    ended()
        It no longer runs, for whatever reason.
    """

    progressed = Signal(float, str)
    finished = Signal(bool)
    noted = Signal(object)
    failed = Signal(str)
    ended = Signal()

    def __init__(
        self,
        session: Session,
        engine: EngineClient,
        detectors: DetectorDesk,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._session = session
        self._engine = engine
        self._detectors = detectors
        self._job: JobHandle | None = None
        self._found: list[Hit] = []
        self._is_first = False
        self._show_found = QTimer(self)
        self._show_found.setSingleShot(True)
        self._show_found.setInterval(_SHOW_EVERY_MS)
        self._show_found.timeout.connect(self._merge_found)

    @property
    def is_running(self) -> bool:
        """Whether an analysis runs."""
        return self._job is not None

    def start(self, detector: str = "") -> None:
        """Analyse the document's video by the detector of this name, else by the one the person chose."""
        project = self._session.project
        if project is None or project.video is None:
            return
        self.cancel()
        path = resolve_reference(project.video.media, None)
        if path is None:
            name = Path(project.video.media.path).name
            self.failed.emit(f"“{name}” can't be found, so there is nothing to analyse; relink it first.")
            return
        self._found = []
        self._is_first = not project.analysis_model
        arguments = {"path": str(path), "sample_rate": project.sample_rate}
        if model := detector or self._detectors.asked_for:
            arguments["model"] = model
        job = self._engine.start_job("analyse", arguments)
        self._job = job
        self.progressed.emit(0.0, "Analysing")
        job.progressed.connect(self.progressed)
        job.partial.connect(lambda event: self._on_partial(job, event))
        job.finished.connect(lambda result: self._on_finished(job, result))
        job.failed.connect(lambda sentence: self._on_failed(job, sentence))
        job.cancelled.connect(lambda: self._end(job))

    def cancel(self) -> None:
        """Stop; hits found so far stay."""
        if self._job is not None:
            job, self._job = self._job, None
            self._show_found.stop()
            job.cancel()
            self.ended.emit()

    def _on_partial(self, job: JobHandle, event: dict[str, Any]) -> None:
        if job is self._job and event.get("event") == "hit":
            self._found.append(HIT_SHAPE.read(event["hit"]))
            if not self._show_found.isActive():
                self._show_found.start()

    def _merge_found(self) -> None:
        project = self._session.project
        if self._job is None or project is None or not self._is_first:
            return
        begun_s = time.monotonic()
        merged, _ = edits.merge_analysis(project, self._found, project.loudness, project.analysis_model)
        self._session.apply(f"Find {counted(len(merged.shown_hits), 'hit')}", merged, self._gesture)
        taken_ms = (time.monotonic() - begun_s) * 1000
        self._show_found.setInterval(max(_SHOW_EVERY_MS, round(taken_ms * _REST_PER_WORK)))

    def _on_finished(self, job: JobHandle, result: dict[str, Any]) -> None:
        project = self._session.project
        if job is not self._job or project is None:
            return
        self._show_found.stop()
        hits = [HIT_SHAPE.read(hit) for hit in result["hits"]]
        loudness: LoudnessCurve = LOUDNESS_SHAPE.read(result["loudness"])
        label = str(result["model"])
        self._detectors.note_threshold(label, result["threshold"])
        # The threshold that suits one detector's confidences says nothing about another's.
        if name_in_label(label) != name_in_label(project.analysis_model):
            project = edits.set_threshold(project, result["threshold"])
        merged, report = edits.merge_analysis(project, hits, loudness, label)
        text = f"Find {counted(len(merged.shown_hits), 'hit')}"
        if not self._is_first:
            text = f"Analyse again: {report.added} new, {report.removed} gone, {report.kept} kept"
        self._session.apply(text, merged, self._gesture)
        self._session.end_gesture()
        self._end(job)
        self.noted.emit([_note(row) for row in result.get("notes", ())])
        self.finished.emit(self._is_first)

    def _on_failed(self, job: JobHandle, sentence: str) -> None:
        if job is self._job:
            self._end(job)
            self.failed.emit(sentence)

    def _end(self, job: JobHandle) -> None:
        if job is self._job:
            self._job = None
            self._show_found.stop()
            self.ended.emit()

    @property
    def _gesture(self) -> str:
        return f"analysis {self._job.number}" if self._job is not None else "analysis"


def _note(row: dict[str, str]) -> Note:
    """A note of the engine's, with what can be done about it."""
    if row["kind"] == "has-sound":
        return Note(row["text"], "time_by_sound", "Use its sound for timing", SOUND_ONSETS, is_doubt=False)
    return Note(row["text"])
