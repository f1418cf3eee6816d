"""Choices are told to the engine, and a corrected material reaches the rest of its surface."""

from __future__ import annotations

from typing import Any

import pytest

from engine.project import edits
from engine.project.document import Project, Recipe, Take
from engine.project.document_json import TAKE_SHAPE, from_json
from foley_app.candidates import OfferedSound
from foley_app.choice_desk import MOST_TOLD, ChoiceDesk
from foley_app.hit_commands import HitCommands
from foley_app.session import Session
from foley_app.transport import Transport
from tests.foley_app.fakes import FakeEngine, FakeJob, FakePlayer


class Bench:
    """Commands on a document, with an engine that answers as told."""

    def __init__(self, project: Project) -> None:
        self.session, self.engine = Session(), FakeEngine()
        self.desk = ChoiceDesk(self.session, self.engine)  # type: ignore[arg-type]
        self.commands = HitCommands(self.session, Transport(FakePlayer()))  # type: ignore[arg-type]
        self.commands.material_set.connect(self.desk.remember_material)
        self.commands.sound_taken.connect(self.desk.remember_take)
        self.said: list[str] = []
        self.desk.carried.connect(self.said.append)
        self.session.open(project)

    @property
    def project(self) -> Project:
        assert self.session.project is not None
        return self.session.project

    @property
    def text(self) -> str:
        return self.session.undo_stack.undoText()

    def set_material(self, hit_id: str, material: str) -> FakeJob:
        self.session.select([hit_id])
        self.commands.set_material(material)
        return self.engine.last("surface_materials")


@pytest.fixture
def bench(project: Project, qapp: object) -> Bench:
    return Bench(project)


def glass(*hit_ids: str) -> dict[str, Any]:
    return {"materials": {hit_id: [["wood", 0.1], ["glass", 0.9]] for hit_id in hit_ids}}


def test_the_rest_of_the_surface_follows_in_the_same_step(bench: Bench, project: Project) -> None:
    bench.set_material("h1", "glass").finished.emit(glass("h2", "h4"))
    materials = {hit.id: (hit.material, hit.material_chosen) for hit in bench.project.hits}
    assert materials["h1"] == ("glass", True)
    assert materials["h2"] == materials["h4"] == ("glass", False)
    assert materials["h3"] == ("wood", False)
    assert bench.text == "Set material of hit 1 to glass and of 2 more like it"
    assert bench.said == ["2 other hits on the same surface are glass now."]
    assert bench.session.undo_stack.count() == 1
    bench.session.undo_stack.undo()
    assert bench.project is project


def test_hits_the_person_chose_or_locked_do_not_follow(bench: Bench) -> None:
    own = edits.set_locked(edits.set_material(bench.project, ["h2"], "cloth"), ["h3"], True)
    bench.session.open(own)
    bench.set_material("h1", "glass").finished.emit(glass("h2", "h3", "h4"))
    assert [hit.material for hit in bench.project.shown_hits[:4]] == ["glass", "cloth", "wood", "glass"]
    assert bench.said == ["1 other hit on the same surface is glass now."]


def test_a_correction_that_was_taken_back_carries_nothing(bench: Bench, project: Project) -> None:
    job = bench.set_material("h1", "glass")
    bench.session.undo_stack.undo()
    job.finished.emit(glass("h2"))
    assert bench.project is project
    assert bench.said == []


def test_what_comes_after_another_edit_is_a_step_of_its_own(bench: Bench) -> None:
    job = bench.set_material("h1", "glass")
    bench.session.apply("Mute hit 5", edits.set_mute(bench.project, ["h5"], True))
    job.finished.emit(glass("h2"))
    assert bench.text == "Let 1 hit follow: glass"
    assert bench.project.hit("h2").material == "glass"
    assert bench.project.hit("h5").mute
    assert bench.session.undo_stack.count() == 3


def test_the_engine_is_asked_with_the_corrected_document(bench: Bench) -> None:
    job = bench.set_material("h1", "glass")
    assert job.arguments["hit"] == "h1"
    assert from_json(job.arguments["project"]).hit("h1") == bench.project.hit("h1")
    remembered = bench.engine.last("remember_choice").arguments
    assert (remembered["hit"], remembered["material"]) == ("h1", "glass")
    kinds = [job.kind for job in bench.engine.jobs]
    assert kinds.index("remember_choice") < kinds.index("surface_materials")


def test_a_newer_correction_takes_the_place_of_one_that_is_not_answered(bench: Bench) -> None:
    older = bench.set_material("h1", "glass")
    newer = bench.set_material("h1", "metal")
    older.finished.emit(glass("h2"))
    newer.finished.emit({"materials": {"h2": [["metal", 0.8]]}})
    assert bench.project.hit("h2").material == "metal"


def test_of_many_hits_some_are_told_and_the_answers_are_one_step(bench: Bench) -> None:
    project = bench.project
    for number in range(40):
        project = edits.add_hit(project, number * 480 + 96_001, hit_id=f"n{number}")
    bench.session.open(project)
    bench.session.select([f"n{number}" for number in range(40)])
    bench.commands.set_material("glass")
    jobs = [job for job in bench.engine.jobs if job.kind == "surface_materials"]
    assert 1 < len(jobs) <= MOST_TOLD
    assert len({job.arguments["hit"] for job in jobs}) == len(jobs)
    jobs[0].finished.emit(glass("h1"))
    jobs[1].finished.emit(glass("h2"))
    assert bench.project.hit("h1").material == "wood"
    for job in jobs[2:]:
        job.failed.emit("The engine process ended.")
    assert (bench.project.hit("h1").material, bench.project.hit("h2").material) == ("glass", "glass")
    assert bench.session.undo_stack.count() == 1
    assert bench.text == "Set material of 40 hits to glass and of 2 more like it"


def test_a_taken_sound_is_remembered_with_its_take(bench: Bench) -> None:
    take = Take("kit-1", "Stick on oak", "kit", "wood", recipe=Recipe("kit"))
    remembered: list[tuple[str, ...]] = []
    bench.desk.remembered.connect(remembered.append)
    bench.session.select(["h2"])
    bench.commands.take(OfferedSound(take, -3.0))
    job = bench.engine.last("remember_choice")
    assert (job.arguments["hit"], job.arguments["take"]) == ("h2", TAKE_SHAPE.write(take))
    assert remembered == []
    job.finished.emit({})
    assert remembered == [("h2",)]


def test_a_choice_that_is_undone_is_forgotten_and_redone_remembered(bench: Bench) -> None:
    take = Take("kit-1", "Stick on oak", "kit", "wood", recipe=Recipe("kit"))
    bench.session.select(["h2"])
    bench.commands.take(OfferedSound(take, -3.0))
    bench.set_material("h1", "glass").finished.emit(glass("h4"))
    bench.session.undo_stack.undo()
    forgotten = bench.engine.last("forget_choices").arguments
    assert (forgotten["takes"], forgotten["materials"]) == ([], ["h1"])
    bench.session.undo_stack.undo()
    forgotten = bench.engine.last("forget_choices").arguments
    assert (forgotten["takes"], forgotten["materials"]) == (["h2"], [])
    told = len([job for job in bench.engine.jobs if job.kind == "remember_choice"])
    bench.session.undo_stack.redo()
    remembered = [job for job in bench.engine.jobs if job.kind == "remember_choice"][told:]
    assert [(job.arguments["hit"], "take" in job.arguments) for job in remembered] == [("h2", True)]


def test_what_was_said_of_a_material_can_be_taken_back(bench: Bench) -> None:
    bench.set_material("h1", "glass").finished.emit(glass("h2"))
    asked = len(bench.engine.jobs)
    bench.commands.set_material("")
    assert (bench.project.hit("h1").material, bench.project.hit("h1").material_chosen) == ("wood", False)
    assert bench.text == "Set material of hit 1 to what the picture says"
    assert [job.kind for job in bench.engine.jobs[asked:]] == ["forget_choices"]
    assert bench.engine.jobs[-1].arguments["materials"] == ["h1"]
    assert bench.project.hit("h2").material == "glass"


def test_an_undo_of_something_else_forgets_nothing(bench: Bench) -> None:
    bench.set_material("h1", "glass").finished.emit(glass())
    bench.session.apply("Mute hit 5", edits.set_mute(bench.project, ["h5"], True))
    bench.session.undo_stack.undo()
    assert all(job.kind != "forget_choices" for job in bench.engine.jobs)


def test_a_choice_that_can_not_be_remembered_is_said_once(bench: Bench) -> None:
    said: list[str] = []
    bench.desk.failed.connect(said.append)
    bench.session.select(["h1", "h2", "h3"])
    bench.commands.set_material("glass")
    for job in list(bench.engine.jobs):
        if job.kind == "remember_choice":
            job.failed.emit("The disk is full.")
    assert said == ["The disk is full."]


def test_choosing_again_what_holds_already_tells_nothing(bench: Bench) -> None:
    bench.set_material("h1", "glass").finished.emit(glass())
    count = len(bench.engine.jobs)
    bench.commands.set_material("glass")
    assert len(bench.engine.jobs) == count
