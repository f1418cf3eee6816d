"""Generating between the document and an engine that answers as told."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from engine.project import edits
from engine.project.document import GeneratedTrack, Project, Recipe, Take
from engine.project.document_json import GENERATED_SHAPE, TAKE_SHAPE
from foley_app.generate.generation_desk import GenerationDesk, Lost
from foley_app.generate.soundtrack_request import SoundtrackRequest, remake_request
from foley_app.session import Session
from tests.foley_app.fakes import FakeEngine

SECOND = 48_000


def made(name: str, seed: int = 7, **more: Any) -> GeneratedTrack:
    recipe = Recipe("soundtrack", seed, (("variant", "hits"), ("temperature", 0.8)), "sha256:0123456789")
    return GeneratedTrack(
        name, f"Take {name}", Take(f"{name}{seed}", name, "generated", recipe=recipe), **more
    )


def answer(*tracks: GeneratedTrack) -> dict[str, Any]:
    return {"takes": [GENERATED_SHAPE.write(track) for track in tracks], "resumed_s": 0.0, "notes": []}


class Bench:
    """The desk, and what it said."""

    def __init__(self, project: Project) -> None:
        self.engine, self.session = FakeEngine(), Session()
        self.session.open(project)
        self.desk = GenerationDesk(self.session, self.engine)  # type: ignore[arg-type]
        self.finished: list[tuple[str, ...]] = []
        self.said: list[str] = []
        self.lost: list[Lost] = []
        self.back: list[str] = []
        self.desk.finished.connect(self.finished.append)
        self.desk.noticed.connect(self.said.append)
        self.desk.lost.connect(self.lost.append)
        self.desk.sound_came_back.connect(self.back.append)

    @property
    def project(self) -> Project:
        assert self.session.project is not None
        return self.session.project


@pytest.fixture
def bench(qapp: object, project: Project) -> Bench:
    return Bench(project)


TWO_TAKES = SoundtrackRequest(takes=2)


def begin(bench: Bench, request: SoundtrackRequest = TWO_TAKES) -> Any:
    bench.desk.generate(request)
    job = bench.engine.last("generate")
    stretch = {"position": 0, "length": 480_000, "samples_per_peak": 256}
    job.partial.emit({"event": "takes_begun", "names": ["Take 1", "Take 2"], "seeds": [7, 8], **stretch})
    return job


def test_takes_come_in_one_step_and_the_first_is_heard_alone(bench: Bench) -> None:
    job = begin(bench)
    assert job.arguments["takes"] == 2 and job.arguments["project"]["schema"] == "foley.project"
    job.finished.emit(answer(made("1"), made("2")))
    assert bench.session.undo_stack.undoText() == "Generate 2 takes"
    assert [(take.name, take.mute) for take in bench.project.generated] == [
        ("Take 1", False),
        ("Take 2", True),
    ]
    assert bench.project.blend == 1.0
    assert bench.finished == [("1", "2")]
    assert not bench.desk.is_running and bench.desk.growing == ()
    bench.session.undo_stack.undo()
    assert (bench.project.generated, bench.project.blend) == ((), 0.5)


def test_a_part_lies_beside_the_hits(bench: Bench) -> None:
    job = begin(bench, SoundtrackRequest(start=SECOND, end=2 * SECOND))
    job.finished.emit(answer(made("1", position=SECOND, length=SECOND)))
    assert bench.project.blend == 0.5


def test_waveforms_grow_while_takes_are_made(bench: Bench) -> None:
    job = begin(bench)
    peaks = [[-0.25, 0.25], [-0.5, 0.5]]
    job.partial.emit({"event": "take_block", "take": 1, "first_peak": 0, "peaks": peaks})
    assert [take.made for take in bench.desk.growing] == [0, 512]
    assert bench.desk.growing[1].peaks.tolist() == peaks
    job.partial.emit({"event": "note", "sentence": "Goes on at 00:12."})
    assert bench.said == ["Goes on at 00:12."]


def test_stopping_leaves_the_document_as_it_was(bench: Bench) -> None:
    before, job = bench.project, begin(bench)
    bench.desk.cancel()
    assert job.was_cancelled and not bench.desk.is_running and bench.desk.growing == ()
    job.finished.emit(answer(made("1")))
    assert bench.project is before and bench.finished == []


def test_what_an_engine_took_with_it_can_be_asked_for_again(bench: Bench) -> None:
    request = SoundtrackRequest(seed=5, takes=2)
    job = begin(bench, request)
    for take in (0, 1):
        job.partial.emit({"event": "take_block", "take": take, "first_peak": 0, "peaks": [[0, 0]] * 375})
    job.failed.emit("The engine process ended: it was killed.")
    (lost,) = bench.lost
    assert lost == Lost(request, "The engine process ended: it was killed.", 2.0)
    bench.desk.generate(lost.request)
    first, second = (job.arguments for job in bench.engine.jobs if job.kind == "generate")
    assert first == second


def test_another_document_ends_it(bench: Bench, project: Project) -> None:
    job = begin(bench)
    bench.session.open(replace(project, id="another"))
    assert job.was_cancelled and not bench.desk.is_running


def test_a_range_of_a_take_is_made_anew_and_keeps_its_fader(bench: Bench) -> None:
    take = made("1", length=4 * SECOND, gain_db=-3.0)
    bench.session.open(edits.add_generated_track(bench.project, take))
    request = remake_request(take, 3 * SECOND, 9 * SECOND)
    assert request is not None
    assert (request.start, request.end, request.temperature) == (3 * SECOND, 4 * SECOND, 0.8)
    assert remake_request(take, 5 * SECOND, 6 * SECOND) is None
    job = begin(bench, request)
    assert job.arguments["replace"] == "1"
    job.finished.emit(answer(made("1", seed=9, length=4 * SECOND, gain_db=-3.0)))
    assert bench.session.undo_stack.undoText() == "Remake 00:03.000–00:04.000 of Take 1"
    (after,) = bench.project.generated
    assert (after.id, after.gain_db, after.take.id) == ("1", -3.0, "19")


def test_made_again_it_is_the_same_or_one_step(bench: Bench) -> None:
    take = made("1")
    bench.session.open(edits.add_generated_track(bench.project, take))
    before = bench.project
    bench.desk.make_again("1")
    assert bench.engine.last("remake_take").arguments["track"] == "1"
    result = {"take": TAKE_SHAPE.write(take.take), "is_same": True, "notes": []}
    bench.engine.last("remake_take").finished.emit(result)
    assert bench.project is before and bench.back == ["1"]
    assert "bit for bit" in bench.said[-1]
    bench.desk.make_again("1")
    other = TAKE_SHAPE.write(made("1", seed=9).take)
    bench.engine.last("remake_take").finished.emit({"take": other, "is_same": False, "notes": []})
    assert bench.session.undo_stack.undoText() == "Make Take 1 again"
    assert bench.project.generated[0].take.id == "19"
    bench.desk.make_again("1")
    bench.engine.last("remake_take").failed.emit("The generator it was made by is not here any more.")
    assert bench.said[-1] == "The generator it was made by is not here any more."


def test_the_list_of_generators_or_why_there_is_none(bench: Bench) -> None:
    bench.desk.refresh()
    row = {"name": "soundtrack", "kind": "bundled", "title": "", "variant": "hits", "sample_rate": 16_000}
    bench.engine.last("generators").finished.emit({"generators": [row], "default": "soundtrack"})
    found = bench.desk.find("")
    assert found is not None and found.name == "soundtrack"
    assert "lands on them. 16 kHz" in found.about
    bench.desk.refresh()
    bench.engine.last("generators").failed.emit("No.")
    assert bench.desk.trouble == "No."
