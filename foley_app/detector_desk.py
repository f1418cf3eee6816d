"""Which detectors there are, which one is used, and what becomes of the person's own."""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import QObject, Signal

from foley_app.detectors import Detector, detector_from_wire, name_in_label
from foley_app.engine_client import EngineClient, JobHandle
from foley_app.settings import DETECTOR, Settings


class DetectorDesk(QObject):
    """Keeps the engine's list of detectors and the person's choice among them.

    **Signals**

    changed()
        The list or the choice is another.
    failed(str)
        Something asked for was not done; one sentence.
    """

    changed = Signal()
    failed = Signal(str)

    def __init__(self, engine: EngineClient, settings: Settings, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._engine = engine
        self._settings = settings
        self._detectors: tuple[Detector, ...] = ()
        self._default_name = ""
        self._job: JobHandle | None = None
        self._thresholds: dict[str, float] = {}
        self.trouble = ""
        settings.changed.connect(lambda setting: self.changed.emit() if setting is DETECTOR else None)

    @property
    def detectors(self) -> tuple[Detector, ...]:
        """All there are, the program's own first; empty while the engine has not said."""
        return self._detectors

    @property
    def names(self) -> frozenset[str]:
        """Names that are taken."""
        return frozenset(detector.name for detector in self._detectors)

    @property
    def asked_for(self) -> str:
        """The name to analyse with, "" for the engine's own choice."""
        wish = self._settings.value(DETECTOR)
        return wish if not self._detectors or self.find(wish) is not None else ""

    @property
    def chosen(self) -> Detector | None:
        """The detector the next analysis uses; None while the engine has not said."""
        return self.find(self.asked_for or self._default_name)

    def find(self, name: str) -> Detector | None:
        """The detector of this name."""
        return next((detector for detector in self._detectors if detector.name == name), None)

    def own_threshold(self, label: str) -> float | None:
        """The threshold that the detector in a document's label asks for; None when that is not known."""
        if label in self._thresholds:
            return self._thresholds[label]
        detector = self.find(name_in_label(label))
        return detector.threshold if detector is not None else None

    def note_threshold(self, label: str, threshold: float) -> None:
        """An analysis has said which threshold its detector asks for."""
        self._thresholds[label] = threshold

    def refresh(self) -> None:
        """Ask the engine which there are; when it can't say, `trouble` does, and nobody is disturbed."""
        job = self._engine.start_job("models", {})
        self._job = job
        job.finished.connect(lambda result: self._on_list(job, result))
        job.failed.connect(lambda sentence: self._on_no_list(job, sentence))

    def choose(self, name: str) -> None:
        """Use a detector from the next analysis on."""
        self._settings.set(DETECTOR, "" if name == self._default_name else name)

    def rename(self, name: str, to: str) -> None:
        """Call one of the person's detectors something else."""

        def follow(result: dict[str, Any]) -> None:
            if self._settings.value(DETECTOR) == name:
                self._settings.set(DETECTOR, str(result.get("name", to)))

        self._change("rename_model", {"name": name, "to": to}, follow)

    def delete(self, name: str) -> None:
        """Remove one of the person's detectors; the program's own is used when it was the chosen one."""

        def forget(_result: dict[str, Any]) -> None:
            if self._settings.value(DETECTOR) == name:
                self._settings.set(DETECTOR, "")

        self._change("delete_model", {"name": name}, forget)

    def _change(self, kind: str, arguments: dict[str, Any], then: Any) -> None:
        job = self._engine.start_job(kind, arguments)

        def done(result: dict[str, Any]) -> None:
            then(result)
            self.refresh()

        job.finished.connect(done)
        job.failed.connect(self.failed)

    def _on_list(self, job: JobHandle, result: dict[str, Any]) -> None:
        if job is self._job:
            self._job = None
            self.trouble = ""
            self._detectors = tuple(detector_from_wire(row) for row in result["models"])
            self._default_name = str(result.get("default") or "")
            self.changed.emit()

    def _on_no_list(self, job: JobHandle, sentence: str) -> None:
        if job is self._job:
            self._job = None
            self.trouble = sentence
            self.changed.emit()
