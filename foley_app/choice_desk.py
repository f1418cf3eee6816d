"""Has the engine remember what the person chose, and carries a chosen material to the rest of its surface."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from PySide6.QtCore import QObject, Signal

from engine.project import edits
from engine.project.document import Hit, MaterialProbability, Project, Take
from engine.project.document_json import TAKE_SHAPE, to_json
from foley_app.commands import SnapshotCommand
from foley_app.engine_client import EngineClient, JobHandle
from foley_app.session import Session
from foley_app.texts import counted

MOST_TOLD = 12
"""Of a larger selection this many hits, spread over it, are told to the engine: they say it all."""


@dataclass
class _Correction:
    """A material the person gave hits, while the engine looks for the rest of their surfaces."""

    hit_ids: tuple[str, ...]
    material: str
    step: SnapshotCommand | None
    open_jobs: set[JobHandle] = field(default_factory=set)
    seen: dict[str, tuple[MaterialProbability, ...]] = field(default_factory=dict)


@dataclass
class _Told:
    """A choice that the engine was told of.

    Attributes
    ----------
    choice
        As the job "remember_choice" takes it: the take, or the material.
    is_kept
        False once it was taken back.
    """

    choice: dict[str, Any]
    is_kept: bool = True

    @property
    def kind(self) -> str:
        """What was chosen: "take" or "material"."""
        return next(iter(self.choice))

    def holds(self, hit: Hit) -> bool:
        """Whether the document has it like that now."""
        if self.kind == "material":
            return hit.material_chosen and hit.material == self.choice["material"]
        return any(clip.active_take == self.choice["take"]["id"] for clip in hit.clips)


class ChoiceDesk(QObject):
    """Tells the engine about choices, and about those that an undo takes back or a redo brings again.

    **Signals**

    remembered(tuple hit_ids)
        The engine knows what was chosen for these hits; what it offers other hits may differ from now on.
    carried(str)
        A sentence: how many other hits follow a corrected material.
    failed(str)
        One sentence.
    """

    remembered = Signal(tuple)
    carried = Signal(str)
    failed = Signal(str)

    def __init__(self, session: Session, engine: EngineClient, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._session = session
        self._engine = engine
        self._correction: _Correction | None = None
        self._told: dict[tuple[str, str], _Told] = {}
        self._steps = 0
        session.opened.connect(lambda _project, _edits: self._forget_all())
        session.undo_stack.indexChanged.connect(self._on_steps)

    @property
    def is_busy(self) -> bool:
        """Whether other hits may still follow a corrected material."""
        return self._correction is not None

    def remember_take(self, hit_ids: tuple[str, ...], take: Take) -> None:
        """The person chose this sound for these hits."""
        self._remember(hit_ids, {"take": TAKE_SHAPE.write(take)})

    def remember_material(self, hit_ids: tuple[str, ...], material: str) -> None:
        """The person said what these hits are on; others on the same surface follow.

        Called right after the edit: what follows becomes part of its undo step. No material at all takes
        back what was said; nothing follows from that.
        """
        self._end_correction()
        if not material:
            if self._session.project is not None:
                self._take_back(self._session.project)
            return
        self._remember(hit_ids, {"material": material})
        project = self._session.project
        if project is None or not _followers(project, hit_ids):
            return
        correction = _Correction(hit_ids, material, self._session.last_step)
        self._correction = correction
        for hit_id in _spread(hit_ids):
            job = self._engine.start_job("surface_materials", {"project": to_json(project), "hit": hit_id})
            correction.open_jobs.add(job)
            self._follow(job, correction)

    def _follow(self, job: JobHandle, correction: _Correction) -> None:
        job.finished.connect(lambda result: self._on_surface(job, correction, result))
        job.failed.connect(lambda sentence: self._on_trouble(job, correction, sentence))
        job.cancelled.connect(lambda: self._on_trouble(job, correction, ""))

    def _remember(self, hit_ids: tuple[str, ...], choice: dict[str, Any]) -> None:
        project = self._session.project
        if project is None:
            return
        written, told = to_json(project), _spread(hit_ids)
        for number, hit_id in enumerate(told):
            entry = _Told(choice)
            self._told[hit_id, entry.kind] = entry
            job = self._engine.start_job("remember_choice", {"project": written, "hit": hit_id, **choice})
            if number == 0:
                job.failed.connect(self.failed)
            if number == len(told) - 1:
                job.finished.connect(lambda _result: self.remembered.emit(hit_ids))

    def _on_steps(self, steps: int) -> None:
        """An undo takes choices back with their edits, and a redo makes them again."""
        went_back, self._steps = steps < self._steps, steps
        project = self._session.project
        if project is None:
            return
        for (hit_id, _kind), told in self._told.items():
            hit = project.hits_by_id.get(hit_id)
            if hit is not None and not told.is_kept and told.holds(hit):
                self._remember((hit_id,), told.choice)
        if went_back:
            self._take_back(project)

    def _take_back(self, project: Project) -> None:
        gone = [
            (hit_id, told)
            for (hit_id, _kind), told in self._told.items()
            if told.is_kept and (hit := project.hits_by_id.get(hit_id)) is not None and not told.holds(hit)
        ]
        if not gone:
            return
        for _, told in gone:
            told.is_kept = False
        arguments = {
            "project": to_json(project),
            "takes": [hit_id for hit_id, told in gone if told.kind == "take"],
            "materials": [hit_id for hit_id, told in gone if told.kind == "material"],
        }
        job = self._engine.start_job("forget_choices", arguments)
        job.finished.connect(lambda _result: self.remembered.emit(tuple(hit_id for hit_id, _ in gone)))
        job.failed.connect(self.failed)

    def _on_surface(self, job: JobHandle, correction: _Correction, result: dict[str, Any]) -> None:
        for hit_id, rows in result["materials"].items():
            correction.seen[hit_id] = tuple(MaterialProbability(name, float(p)) for name, p in rows)
        self._close(job, correction)

    def _on_trouble(self, job: JobHandle, correction: _Correction, sentence: str) -> None:
        # The choice itself holds; a restarted engine has said so already.
        if sentence and correction is self._correction and not correction.seen:
            self.failed.emit(sentence)
        self._close(job, correction)

    def _close(self, job: JobHandle, correction: _Correction) -> None:
        correction.open_jobs.discard(job)
        if correction is self._correction and not correction.open_jobs:
            self._correction = None
            self._carry(correction)

    def _carry(self, correction: _Correction) -> None:
        """Let the other hits follow, unless the person has taken the correction back meanwhile."""
        project = self._session.project
        if project is None or not any(
            hit.material == correction.material and hit.material_chosen
            for hit in (project.hits_by_id.get(hit_id) for hit_id in correction.hit_ids)
            if hit is not None
        ):
            return
        followers = _followers(project, correction.hit_ids)
        after = edits.set_materials(
            project, {hit_id: rows for hit_id, rows in correction.seen.items() if hit_id in followers}
        )
        count = sum(
            hit.material == correction.material != project.hit(hit.id).material for hit in after.shown_hits
        )
        step = correction.step
        if step is not None and step is self._session.last_step:
            text = f"{step.text()} and of {count} more like it" if count else step.text()
            self._session.complete(step, text, after)
        elif count:
            self._session.apply(f"Let {counted(count, 'hit')} follow: {correction.material}", after)
        if count:
            hits = counted(count, "other hit")
            verb = "is" if count == 1 else "are"
            self.carried.emit(f"{hits} on the same surface {verb} {correction.material} now.")

    def _forget_all(self) -> None:
        self._end_correction()
        self._told.clear()
        self._steps = self._session.undo_stack.index()

    def _end_correction(self) -> None:
        # What the engine is asked about takes a moment; its answers are left aside.
        self._correction = None


def _followers(project: Project, hit_ids: Iterable[str]) -> frozenset[str]:
    """Hits whose material may change with that of others."""
    chosen = frozenset(hit_ids)
    return frozenset(
        hit.id for hit in project.hits if not (hit.material_chosen or hit.locked or hit.id in chosen)
    )


def _spread(hit_ids: tuple[str, ...]) -> tuple[str, ...]:
    step = max(1, -(-len(hit_ids) // MOST_TOLD))
    return hit_ids[::step]
