"""Has the engine look at hits that a person placed, or whose contact point they moved."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from PySide6.QtCore import QObject, Signal

from engine.project import edits
from engine.project.document import ContactPoint, Hit, MaterialProbability, Project
from engine.project.document_json import to_json
from foley_app.commands import SnapshotCommand
from foley_app.engine_client import EngineClient, JobHandle
from foley_app.session import Session
from foley_app.texts import hits_phrase


@dataclass(frozen=True, slots=True)
class _Look:
    """What was asked about.

    Attributes
    ----------
    places
        Where the hits were, by hit id: their positions and contact points.
    step
        The edit that made looking necessary.
    """

    places: dict[str, tuple[int, ContactPoint | None]]
    step: SnapshotCommand | None


class LooksDesk(QObject):
    """Asks the engine; an answer about a place where a hit no longer is counts for nothing.

    **Signals**

    seen(tuple hit_ids)
        What the picture shows of these hits is known now; the sounds that suit them may be others.
    failed(str)
        One sentence.
    """

    seen = Signal(tuple)
    failed = Signal(str)

    def __init__(self, session: Session, engine: EngineClient, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._session = session
        self._engine = engine
        self._jobs: set[JobHandle] = set()
        session.opened.connect(lambda _project, _edits: self.drop())

    @property
    def is_busy(self) -> bool:
        """Whether an answer is still to come."""
        return bool(self._jobs)

    def look(self, hit_ids: tuple[str, ...]) -> None:
        """Look at these hits; called right after the edit that makes it necessary."""
        project = self._session.project
        if project is None or project.video is None:
            return
        look = _Look({hit_id: _place(project.hit(hit_id)) for hit_id in hit_ids}, self._session.last_step)
        job = self._engine.start_job("see_hits", {"project": to_json(project), "hits": list(hit_ids)})
        self._jobs.add(job)
        job.finished.connect(lambda result: self._on_seen(job, look, result))
        job.failed.connect(lambda sentence: self._on_failed(job, look, sentence))

    def drop(self) -> None:
        """Wait no more for what is being looked at; it takes a moment, which is not worth stopping."""
        self._jobs.clear()

    def _on_seen(self, job: JobHandle, look: _Look, result: dict[str, Any]) -> None:
        if job not in self._jobs:
            return
        self._jobs.discard(job)
        project = self._session.project
        if project is None:
            return
        after = _with_looks(project, look, result)
        step = look.step
        if step is not None and step is self._session.last_step:
            self._session.complete(step, step.text(), after)
        else:
            hits = [hit for hit in after.hits if hit.id in look.places]
            self._session.apply(f"Look again at {hits_phrase(after, hits)}", after)
        self.seen.emit(tuple(look.places))

    def _on_failed(self, job: JobHandle, look: _Look, sentence: str) -> None:
        if job in self._jobs:
            self._jobs.discard(job)
            self.failed.emit(sentence)
            self.seen.emit(tuple(look.places))


def _with_looks(project: Project, look: _Look, result: dict[str, Any]) -> Project:
    """The project with what was seen of those hits that are still where they were."""
    same = {
        hit_id
        for hit_id, place in look.places.items()
        if (hit := project.hits_by_id.get(hit_id)) is not None and _place(hit) == place
    }
    seen = {
        hit_id: [MaterialProbability(name, float(p)) for name, p in rows]
        for hit_id, rows in result["materials"].items()
        if hit_id in same
    }
    after = edits.set_materials(project, seen)
    for hit_id, (x, y) in result.get("contacts", {}).items():
        if hit_id in same and project.hit(hit_id).contact is None:
            after = edits.set_contact(after, hit_id, ContactPoint(float(x), float(y)))
    return after


def _place(hit: Hit) -> tuple[int, ContactPoint | None]:
    return hit.position, hit.contact
