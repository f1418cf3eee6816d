"""Asks the engine which sounds suit the hits, keeps the answers, and fills hits with them."""

from __future__ import annotations

import random
from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Any

from PySide6.QtCore import QObject, QTimer, Signal

from engine.project import edits
from engine.project.document import Hit, MaterialProbability, Project
from engine.project.document_json import to_json
from foley_app.candidates import OfferedSound, offered_sound
from foley_app.engine_client import EngineClient, JobHandle
from foley_app.session import Session
from foley_app.settings import AVOID_REPEAT, LIBRARY_FOLDERS, Settings
from foley_app.texts import counted
from foley_app.waveforms import Waveforms

OFFERS_PER_HIT = 9
_ASK_AFTER_MS = 60

Basis = tuple[str, bool, tuple[MaterialProbability, ...], str, int, float]
"""What an offer depends on: material, whether the person chose it, what else is likely, action, length,
level."""


@dataclass(frozen=True, slots=True)
class _Offer:
    basis: Basis
    sounds: tuple[OfferedSound, ...]


@dataclass(frozen=True, slots=True)
class _WantedFill:
    hit_ids: frozenset[str]
    text: str


class SoundDesk(QObject):
    """The sounds on offer.

    **Signals**

    offered(frozenset)
        There is news about what these hits are offered.
    progressed(float, str)
        How far the engine is with a long list.
    failed(str)
        One sentence.
    noticed(str)
        A sentence about sounds that have gone from the library; said once for each.
    ended()
        No question to the engine is open any more.
    """

    offered = Signal(object)
    progressed = Signal(float, str)
    failed = Signal(str)
    noticed = Signal(str)
    ended = Signal()

    def __init__(
        self, session: Session, engine: EngineClient, settings: Settings, parent: QObject | None = None
    ) -> None:
        super().__init__(parent)
        self._session = session
        self._engine = engine
        self._settings = settings
        self._offers: dict[str, _Offer] = {}
        self._asked: set[str] = set()
        self._open_bases: dict[str, Basis] = {}
        self._job: JobHandle | None = None
        self._fill: _WantedFill | None = None
        self._seed = 0
        self._told: set[str] = set()
        self._ask_soon = QTimer(self)
        self._ask_soon.setSingleShot(True)
        self._ask_soon.setInterval(_ASK_AFTER_MS)
        self._ask_soon.timeout.connect(self._ask)
        session.document_changed.connect(self._on_document)
        self._document_id = ""
        self._waveforms = Waveforms(engine, self)
        self._waveforms.drawn.connect(lambda: self.offered.emit(session.selection))

    @property
    def is_busy(self) -> bool:
        """Whether anything is still to come, drawings included."""
        return self._job is not None or self._ask_soon.isActive() or self._waveforms.is_busy

    @property
    def is_running(self) -> bool:
        """Whether a question about sounds is with the engine, for the status bar."""
        return self._job is not None

    def sounds_for(self, hit: Hit) -> tuple[OfferedSound, ...] | None:
        """What the hit is offered; None while that is not known, and then it is asked for."""
        if not self._is_answered(hit):
            self._want([hit.id])
            return None
        sounds = self._offers[hit.id].sounds
        self._waveforms.want(sound.take for sound in sounds)
        return tuple(replace(sound, waveform=self._waveforms.of(sound.take)) for sound in sounds)

    def fill(self, hits: Iterable[Hit], *, reroll: bool = False) -> None:
        """Give hits a sound in one undo step, as soon as the engine has answered.

        Parameters
        ----------
        reroll
            Draw anew instead of giving the same sounds again.
        """
        wanted = frozenset(hit.id for hit in hits if not hit.locked)
        if not wanted:
            return
        if reroll:
            self._seed = random.randrange(2**31)
        self._fill = _WantedFill(wanted, f"Fill {counted(len(wanted), 'hit')}")
        if not self._fill_now():
            self._want(wanted)

    def forget(self, hit_ids: Iterable[str]) -> None:
        """What these hits are offered has to be asked for anew."""
        wanted = frozenset(hit_ids)
        for hit_id in wanted & self._open_bases.keys():
            # The answer that is on its way is out of date already.
            del self._open_bases[hit_id]
            self._asked.add(hit_id)
        gone = wanted & self._offers.keys()
        for hit_id in gone:
            del self._offers[hit_id]
        if gone & self._session.selection:
            self.offered.emit(gone)

    def forget_others(self, hit_ids: Iterable[str]) -> None:
        """What all hits but these are offered has to be asked for anew.

        These keep their list as it is, because somebody is choosing from it by its numbers.
        """
        self.forget((self._offers.keys() | self._open_bases.keys()) - frozenset(hit_ids))

    def cancel(self) -> None:
        """Stop asking."""
        self._fill = None
        self._asked.clear()
        self._ask_soon.stop()
        if self._job is not None:
            job, self._job = self._job, None
            self._open_bases = {}
            job.cancel()
            self.ended.emit()

    def _want(self, hit_ids: Iterable[str]) -> None:
        self._asked.update(hit_ids)
        if not self._ask_soon.isActive():
            self._ask_soon.start()

    def _ask(self) -> None:
        project = self._session.project
        if project is None or self._job is not None:
            return
        hits = [project.hits_by_id[i] for i in self._asked if i in project.hits_by_id]
        hits = [hit for hit in hits if not self._is_answered(hit)]
        self._asked.clear()
        if not hits:
            self._fill_now()
            return
        arguments = {
            "project": to_json(project),
            "hits": [hit.id for hit in hits],
            "library": list(self._settings.value(LIBRARY_FOLDERS)),
            "count": OFFERS_PER_HIT,
        }
        self._open_bases = bases = {hit.id: _basis(hit) for hit in hits}
        job = self._engine.start_job("candidates", arguments)
        self._job = job
        job.progressed.connect(self.progressed)
        job.finished.connect(lambda result: self._on_answer(job, bases, result))
        job.failed.connect(lambda sentence: self._on_failed(job, sentence))
        job.cancelled.connect(lambda: self._end(job))

    def _is_answered(self, hit: Hit) -> bool:
        offer = self._offers.get(hit.id)
        return offer is not None and offer.basis == _basis(hit)

    def _on_answer(self, job: JobHandle, bases: dict[str, Basis], result: dict[str, Any]) -> None:
        if job is not self._job:
            return
        for hit_id, basis in bases.items():
            sounds = tuple(offered_sound(row) for row in result["candidates"].get(hit_id, ()))
            self._offers[hit_id] = _Offer(basis, sounds)
        self._end(job)
        self._tell(result.get("problems", ()))
        self.offered.emit(frozenset(bases))
        self._fill_now()
        if self._asked:
            self._ask_soon.start()

    def _tell(self, problems: Iterable[str]) -> None:
        for sentence in problems:
            if sentence not in self._told:
                self._told.add(sentence)
                self.noticed.emit(sentence)

    def _on_failed(self, job: JobHandle, sentence: str) -> None:
        if job is self._job:
            self._fill = None
            self._end(job)
            self.failed.emit(sentence)

    def _end(self, job: JobHandle) -> None:
        if job is self._job:
            self._job = None
            self._open_bases = {}
            self.ended.emit()

    def _fill_now(self) -> bool:
        """Fill when every wanted hit has an answer; whether that is settled."""
        project, fill = self._session.project, self._fill
        if project is None or fill is None:
            return True
        hits = [project.hits_by_id[i] for i in fill.hit_ids if i in project.hits_by_id]
        if not all(self._is_answered(hit) for hit in hits):
            return False
        self._fill = None
        self._session.apply(fill.text, self._filled(project, hits))
        return True

    def _filled(self, project: Project, hits: list[Hit]) -> Project:
        candidates = {
            hit.id: [
                edits.Candidate(s.take, s.gain_db, s.length, s.heard[0].name if s.heard else "")
                for s in self._offers[hit.id].sounds
            ]
            for hit in hits
        }
        return edits.fill_all(
            project,
            candidates,
            seed=self._seed,
            avoid_repeat_within=self._settings.value(AVOID_REPEAT),
            only=[hit.id for hit in hits],
        )

    def _on_document(self) -> None:
        project = self._session.project
        document_id = project.id if project is not None else ""
        if document_id != self._document_id:
            self._document_id = document_id
            self.cancel()
            self._offers.clear()
            self._seed = 0


def _basis(hit: Hit) -> Basis:
    level_db = round(hit.level_db, 1)
    return hit.material, hit.material_chosen, hit.materials, hit.action, hit.length, level_db
