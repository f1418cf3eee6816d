"""The analysis and the offered sounds, between the document and an engine that answers as told."""

from __future__ import annotations

from typing import Any

import pytest
from pytestqt.qtbot import QtBot

from engine.project import edits
from engine.project.document import Hit, LoudnessCurve, Project, Recipe, Take
from engine.project.document_json import HIT_SHAPE, LOUDNESS_SHAPE, TAKE_SHAPE
from foley_app.analysis_desk import AnalysisDesk
from foley_app.detector_desk import DetectorDesk
from foley_app.session import Session
from foley_app.settings import LIBRARY_FOLDERS, Settings
from foley_app.sound_desk import SoundDesk
from tests.foley_app.fakes import FakeEngine, FakeJob

SECOND = 48_000


@pytest.fixture
def fresh(project: Project) -> Project:
    """The project before its first analysis."""
    assert project.video is not None
    return edits.new_project(project.video)


@pytest.fixture
def session(qapp: object) -> Session:
    return Session()


@pytest.fixture
def engine(qapp: object) -> FakeEngine:
    return FakeEngine()


@pytest.fixture
def detectors(engine: FakeEngine, settings: Settings) -> DetectorDesk:
    return DetectorDesk(engine, settings)  # type: ignore[arg-type]


@pytest.fixture
def analysis(session: Session, engine: FakeEngine, detectors: DetectorDesk) -> AnalysisDesk:
    return AnalysisDesk(session, engine, detectors)  # type: ignore[arg-type]


@pytest.fixture
def sounds(session: Session, engine: FakeEngine, settings: Settings) -> SoundDesk:
    return SoundDesk(session, engine, settings)  # type: ignore[arg-type]


def found(number: int, confidence: float = 0.9) -> dict[str, Any]:
    return HIT_SHAPE.write(Hit(id=f"found-{number}", position=number * SECOND, confidence=confidence))


def result(*hits: dict[str, Any], threshold: float = 0.4) -> dict[str, Any]:
    return {
        "hits": list(hits),
        "loudness": LOUDNESS_SHAPE.write(LoudnessCurve((0, 1600), (-50.0, -20.0))),
        "threshold": threshold,
        "model": "a detector 1",
    }


def answer(job: FakeJob, count: int = 3) -> None:
    """Offer a few sounds of the kit for each hit that is asked about."""
    offers = {
        hit_id: [
            {
                "take": TAKE_SHAPE.write(
                    Take(f"kit-{n}", f"Sound {n}", "kit", "wood", 0.9 - n / 10, recipe=Recipe("kit", n))
                ),
                "gain_db": -6.0,
                "length": 0,
            }
            for n in range(count)
        ]
        for hit_id in job.arguments["hits"]
    }
    job.finished.emit({"candidates": offers})


def test_hits_stream_in_and_all_of_it_is_one_step(
    qtbot: QtBot, session: Session, engine: FakeEngine, analysis: AnalysisDesk, fresh: Project
) -> None:
    session.open(fresh)
    analysis.start()
    job = engine.last("analyse")
    job.partial.emit({"event": "hit", "hit": found(1)})
    qtbot.waitUntil(lambda: bool(session.project and session.project.hits), timeout=2000)
    session.select(["found-1"])
    job.partial.emit({"event": "hit", "hit": found(2)})
    job.finished.emit(result(found(1), found(2), found(3, 0.1)))
    assert session.project is not None
    assert [hit.id for hit in session.project.shown_hits] == ["found-1", "found-2"]
    assert session.project.threshold == 0.4
    assert session.project.loudness.level_db == (-50.0, -20.0)
    assert session.selection == {"found-1"}
    assert session.undo_stack.count() == 1
    assert session.undo_stack.undoText() == "Find 2 hits"


def test_what_the_person_did_meanwhile_stays(
    qtbot: QtBot, session: Session, engine: FakeEngine, analysis: AnalysisDesk, fresh: Project
) -> None:
    session.open(fresh)
    analysis.start()
    job = engine.last("analyse")
    job.partial.emit({"event": "hit", "hit": found(1)})
    qtbot.waitUntil(lambda: bool(session.project and session.project.hits), timeout=2000)
    assert session.project is not None
    session.apply("Set material", edits.set_material(session.project, ["found-1"], "glass"))
    job.finished.emit(result(found(1), found(2)))
    assert [hit.material for hit in session.project.hits] == ["glass", ""]


def test_analysing_again_says_how_much_changed(
    session: Session, engine: FakeEngine, analysis: AnalysisDesk, project: Project
) -> None:
    kept = edits.set_locked(project, ["h1"], True)
    session.open(kept)
    analysis.start()
    engine.last("analyse").finished.emit(result(found(8)))
    assert session.undo_stack.undoText() == "Analyse again: 1 new, 6 gone, 1 kept"
    assert session.project is not None
    assert session.project.threshold == project.threshold


def test_a_failed_analysis_is_one_sentence(
    session: Session, engine: FakeEngine, analysis: AnalysisDesk, fresh: Project
) -> None:
    said: list[str] = []
    analysis.failed.connect(said.append)
    session.open(fresh)
    analysis.start()
    engine.last("analyse").failed.emit("“clip.mp4” breaks off in the middle.")
    assert said == ["“clip.mp4” breaks off in the middle."]
    assert not analysis.is_running


def test_an_answer_after_cancel_is_ignored(
    session: Session, engine: FakeEngine, analysis: AnalysisDesk, fresh: Project
) -> None:
    session.open(fresh)
    analysis.start()
    analysis.cancel()
    job = engine.last("analyse")
    assert job.was_cancelled
    job.finished.emit(result(found(1)))
    assert session.project is fresh


def test_a_missing_video_is_not_analysed(
    session: Session, engine: FakeEngine, analysis: AnalysisDesk, fresh: Project, video_file: Any
) -> None:
    said: list[str] = []
    analysis.failed.connect(said.append)
    session.open(fresh)
    video_file.unlink()
    analysis.start()
    assert not engine.jobs
    assert "“clip.mp4” can't be found" in said[0]


def test_filling_asks_once_and_is_one_step(
    qtbot: QtBot, session: Session, engine: FakeEngine, sounds: SoundDesk, project: Project
) -> None:
    session.open(project)
    sounds.fill(project.shown_hits)
    qtbot.waitUntil(lambda: bool(engine.jobs), timeout=2000)
    answer(engine.last("candidates"))
    assert session.project is not None
    assert all(hit.clips for hit in session.project.shown_hits)
    assert session.undo_stack.undoText() == "Fill 6 hits"
    assert session.undo_stack.count() == 1
    assert len(engine.jobs) == 1


def test_filling_again_needs_no_new_question(
    qtbot: QtBot, session: Session, engine: FakeEngine, sounds: SoundDesk, project: Project
) -> None:
    session.open(project)
    sounds.fill(project.shown_hits)
    qtbot.waitUntil(lambda: bool(engine.jobs), timeout=2000)
    answer(engine.last("candidates"))
    before = session.project
    assert before is not None
    sounds.fill(before.shown_hits, reroll=True)
    assert session.project is not before
    assert len(engine.jobs) == 1


def test_locked_hits_are_not_filled(
    qtbot: QtBot, session: Session, engine: FakeEngine, sounds: SoundDesk, project: Project
) -> None:
    session.open(edits.set_locked(project, ["h2"], True))
    assert session.project is not None
    sounds.fill(session.project.shown_hits)
    qtbot.waitUntil(lambda: bool(engine.jobs), timeout=2000)
    answer(engine.last("candidates"))
    assert not session.project.hit("h2").clips
    assert session.undo_stack.undoText() == "Fill 5 hits"


def test_another_material_asks_again(
    qtbot: QtBot, session: Session, engine: FakeEngine, sounds: SoundDesk, project: Project
) -> None:
    session.open(project)
    assert sounds.sounds_for(project.hit("h1")) is None
    qtbot.waitUntil(lambda: bool(engine.jobs), timeout=2000)
    answer(engine.last("candidates"))
    assert len(sounds.sounds_for(project.hit("h1")) or ()) == 3
    changed = edits.set_material(project, ["h1"], "glass")
    session.apply("Set material", changed)
    assert sounds.sounds_for(changed.hit("h1")) is None


def test_drawings_arrive_later(
    qtbot: QtBot, session: Session, engine: FakeEngine, sounds: SoundDesk, project: Project
) -> None:
    session.open(project)
    sounds.sounds_for(project.hit("h1"))
    qtbot.waitUntil(lambda: bool(engine.jobs), timeout=2000)
    answer(engine.last("candidates"))
    offered = sounds.sounds_for(project.hit("h1"))
    assert offered and offered[0].waveform == ()
    qtbot.waitUntil(lambda: engine.jobs[-1].kind == "waveforms", timeout=2000)
    engine.last("waveforms").finished.emit({"waveforms": {"kit-0": [1.0, 0.5]}})
    offered = sounds.sounds_for(project.hit("h1"))
    assert offered and offered[0].waveform == (1.0, 0.5)


def test_the_library_folders_are_asked_about(
    qtbot: QtBot,
    session: Session,
    engine: FakeEngine,
    sounds: SoundDesk,
    settings: Settings,
    project: Project,
) -> None:
    settings.set(LIBRARY_FOLDERS, ("/sounds",))
    session.open(project)
    sounds.sounds_for(project.hit("h1"))
    qtbot.waitUntil(lambda: bool(engine.jobs), timeout=2000)
    assert engine.last("candidates").arguments["library"] == ["/sounds"]


def test_another_document_forgets_the_offers(
    qtbot: QtBot, session: Session, engine: FakeEngine, sounds: SoundDesk, project: Project, fresh: Project
) -> None:
    session.open(project)
    sounds.fill(project.shown_hits)
    qtbot.waitUntil(lambda: bool(engine.jobs), timeout=2000)
    session.open(fresh)
    assert engine.last("candidates").was_cancelled
    answer(engine.last("candidates"))
    assert session.project is fresh
