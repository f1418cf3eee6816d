"""The small drawings beside the offered sounds, made by the engine once per sound."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from PySide6.QtCore import QObject, QTimer, Signal

from engine.project.document import Take
from engine.project.document_json import TAKE_SHAPE
from foley_app.engine_client import EngineClient, JobHandle

COLUMNS = 44
_ASK_AFTER_MS = 30
_KEPT = 5000


class Waveforms(QObject):
    """Asks for the drawings of the sounds on screen and keeps them.

    **Signals**

    drawn()
        There are new drawings.
    """

    drawn = Signal()

    def __init__(self, engine: EngineClient, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._engine = engine
        self._known: dict[str, tuple[float, ...]] = {}
        self._wanted: dict[str, Take] = {}
        self._job: JobHandle | None = None
        self._ask_soon = QTimer(self)
        self._ask_soon.setSingleShot(True)
        self._ask_soon.setInterval(_ASK_AFTER_MS)
        self._ask_soon.timeout.connect(self._ask)

    @property
    def is_busy(self) -> bool:
        """Whether drawings are on their way."""
        return self._job is not None or self._ask_soon.isActive()

    def of(self, take: Take) -> tuple[float, ...]:
        """The drawing of a take, empty while there is none."""
        return self._known.get(take.id, ())

    def want(self, takes: Iterable[Take]) -> None:
        """Have these drawn; what was wanted before and is not on screen any more is forgotten."""
        self._wanted = {take.id: take for take in takes if take.id not in self._known}
        if self._wanted and self._job is None:
            self._ask_soon.start()

    def _ask(self) -> None:
        if not self._wanted or self._job is not None:
            return
        takes = [TAKE_SHAPE.write(take) for take in self._wanted.values()]
        job = self._engine.start_job("waveforms", {"takes": takes, "columns": COLUMNS})
        self._job = job
        job.finished.connect(self._on_drawn)
        # Without a drawing the list is as useful; the failure itself is told by the job that matters.
        job.failed.connect(lambda _sentence: self._on_drawn({"waveforms": {}}))
        job.cancelled.connect(lambda: self._on_drawn({"waveforms": {}}))

    def _on_drawn(self, result: dict[str, Any]) -> None:
        self._job = None
        if len(self._known) > _KEPT:
            self._known.clear()
        for take_id, drawing in result["waveforms"].items():
            self._known[take_id] = tuple(drawing)
        self._wanted = {i: take for i, take in self._wanted.items() if i not in self._known}
        if result["waveforms"]:
            self.drawn.emit()
            if self._wanted:
                self._ask_soon.start()
