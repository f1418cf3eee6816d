"""Hits that were placed, or whose contact point was moved, are looked at anew."""

from __future__ import annotations

import pytest

from engine.project import edits
from engine.project.document import ContactPoint, Project
from foley_app.hit_commands import HitCommands
from foley_app.looks_desk import LooksDesk
from foley_app.session import Session
from foley_app.transport import Transport
from tests.foley_app.fakes import FakeEngine, FakePlayer

SECOND = 48_000


class Bench:
    """Commands on a document, with an engine that looks as told."""

    def __init__(self, project: Project) -> None:
        self.session, self.engine = Session(), FakeEngine()
        self.desk = LooksDesk(self.session, self.engine)  # type: ignore[arg-type]
        transport = Transport(FakePlayer())  # type: ignore[arg-type]
        transport.set_project(project)
        self.commands = HitCommands(self.session, transport)
        self.commands.looks_wanted.connect(self.desk.look)
        self.seen: list[tuple[str, ...]] = []
        self.desk.seen.connect(self.seen.append)
        self.session.open(project)

    @property
    def project(self) -> Project:
        assert self.session.project is not None
        return self.session.project


@pytest.fixture
def bench(project: Project, qapp: object) -> Bench:
    return Bench(project)


def drag(bench: Bench, *points: tuple[float, float]) -> None:
    for x, y in points:
        bench.commands.set_contact(x, y, False)
    bench.commands.set_contact(*points[-1], True)


def test_a_drag_of_the_contact_point_asks_once_and_is_one_step(bench: Bench, project: Project) -> None:
    bench.session.select(["h1"])
    drag(bench, (0.4, 0.5), (0.3, 0.5), (0.2, 0.6))
    assert [job.kind for job in bench.engine.jobs] == ["see_hits"]
    job = bench.engine.last("see_hits")
    assert job.arguments["hits"] == ["h1"]
    job.finished.emit({"materials": {"h1": [["metal", 0.7], ["wood", 0.2]]}, "contacts": {"h1": [0.9, 0.9]}})
    hit = bench.project.hit("h1")
    assert (hit.material, hit.contact) == ("metal", ContactPoint(0.2, 0.6))
    assert bench.seen == [("h1",)]
    assert bench.session.undo_stack.count() == 1
    assert bench.session.undo_stack.undoText() == "Move the contact point of hit 1"
    bench.session.undo_stack.undo()
    assert bench.project is project


def test_a_chosen_material_stays_when_the_contact_moves(bench: Bench) -> None:
    bench.session.open(edits.set_material(bench.project, ["h1"], "glass"))
    bench.session.select(["h1"])
    drag(bench, (0.4, 0.5))
    bench.engine.last("see_hits").finished.emit({"materials": {"h1": [["metal", 0.7]]}, "contacts": {}})
    assert bench.project.hit("h1").material == "glass"


def test_a_click_that_moves_nothing_asks_nothing(bench: Bench) -> None:
    bench.session.select(["h1"])
    bench.commands.set_contact(0.5, 0.5, True)
    assert bench.engine.jobs == []


def test_an_answer_about_a_point_that_moved_on_is_dropped(bench: Bench) -> None:
    bench.session.select(["h1"])
    drag(bench, (0.4, 0.5))
    first = bench.engine.last("see_hits")
    drag(bench, (0.1, 0.1))
    first.finished.emit({"materials": {"h1": [["cloth", 0.7]]}, "contacts": {}})
    assert bench.project.hit("h1").material == "wood"
    second = bench.engine.last("see_hits")
    bench.session.undo_stack.undo()
    second.finished.emit({"materials": {"h1": [["metal", 0.7]]}, "contacts": {}})
    assert bench.project.hit("h1").material == "wood"


def test_a_placed_hit_gets_its_contact_and_material_in_the_same_step(bench: Bench, project: Project) -> None:
    bench.commands.add(round(8.3 * SECOND), exact=True)
    added = bench.session.selected_hits[0].id
    job = bench.engine.last("see_hits")
    job.finished.emit({"materials": {added: [["tile", 0.6]]}, "contacts": {added: [0.25, 0.75]}})
    hit = bench.project.hit(added)
    assert (hit.material, hit.material_chosen, hit.contact) == ("tile", False, ContactPoint(0.25, 0.75))
    assert bench.session.undo_stack.undoText() == "Add a hit"
    bench.session.undo_stack.undo()
    assert bench.project is project


def test_hits_placed_one_after_the_other_are_all_looked_at(bench: Bench) -> None:
    bench.commands.add(round(8.3 * SECOND), exact=True)
    first = bench.session.selected_hits[0].id
    job = bench.engine.last("see_hits")
    bench.commands.add(round(8.9 * SECOND), exact=True)
    second = bench.session.selected_hits[0].id
    for hit_id, answered in ((first, job), (second, bench.engine.last("see_hits"))):
        answered.finished.emit({"materials": {hit_id: [["tile", 0.6]]}, "contacts": {}})
    assert [bench.project.hit(hit_id).material for hit_id in (first, second)] == ["tile", "tile"]
    assert not bench.desk.is_busy


def test_a_hit_that_was_moved_on_is_not_told_what_was_seen_before(bench: Bench) -> None:
    bench.commands.add(round(8.3 * SECOND), exact=True)
    added = bench.session.selected_hits[0].id
    job = bench.engine.last("see_hits")
    bench.commands.move([added], 4800, True)
    job.finished.emit({"materials": {added: [["tile", 0.6]]}, "contacts": {added: [0.1, 0.1]}})
    assert bench.project.hit(added).material == ""
    again = bench.engine.last("see_hits")
    assert again is not job
    again.finished.emit({"materials": {added: [["cloth", 0.6]]}, "contacts": {}})
    assert bench.project.hit(added).material == "cloth"


def test_a_failed_look_is_said_and_leaves_the_edit(bench: Bench) -> None:
    said: list[str] = []
    bench.desk.failed.connect(said.append)
    bench.session.select(["h1"])
    drag(bench, (0.4, 0.5))
    bench.engine.last("see_hits").failed.emit("“clip.mp4” can't be read.")
    assert said == ["“clip.mp4” can't be read."]
    assert bench.project.hit("h1").contact == ContactPoint(0.4, 0.5)
    assert bench.seen == [("h1",)]
