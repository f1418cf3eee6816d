"""The list of detectors, the choice among them, and what an analysis makes of it."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QObject

from engine.project import edits
from engine.project.document import Project
from engine.project.document_json import from_json
from foley_app.analysis_desk import AnalysisDesk
from foley_app.detector_desk import DetectorDesk
from foley_app.detectors import detector_from_wire, free_name, metric_rows, name_in_label, size_text
from foley_app.learning_desk import Learned, LearningDesk
from foley_app.note_strip import Note
from foley_app.session import Session
from foley_app.settings import DETECTOR, Settings
from tests.foley_app.detector_lists import detector_list, tell_detectors
from tests.foley_app.fakes import FakeEngine
from tests.foley_app.test_desks import found, result


@pytest.fixture
def engine(qapp: QObject) -> FakeEngine:
    return FakeEngine()


@pytest.fixture
def detectors(engine: FakeEngine, settings: Settings) -> DetectorDesk:
    """A desk that knows the list."""
    desk = DetectorDesk(engine, settings)  # type: ignore[arg-type]
    desk.refresh()
    tell_detectors(engine)
    return desk


@pytest.fixture
def session(qapp: QObject) -> Session:
    return Session()


@pytest.fixture
def analysis(session: Session, engine: FakeEngine, detectors: DetectorDesk) -> AnalysisDesk:
    return AnalysisDesk(session, engine, detectors)  # type: ignore[arg-type]


def test_a_row_of_the_wire_becomes_what_a_person_reads() -> None:
    mine = detector_from_wire(detector_list()["models"][3])
    assert (mine.name, mine.about, mine.is_mine, mine.can_learn) == (
        "Stairs and doors",
        "Learned from corrections",
        True,
        True,
    )
    assert metric_rows(mine.metrics) == [("before f1", "0.64")]
    shipped = detector_from_wire(detector_list()["models"][0])
    assert metric_rows(shipped.metrics) == [
        ("Hits right (F1), ±50 ms", "0.81"),
        ("Level curve, mean error", "4.8 dB"),
    ]
    assert size_text(shipped.size_bytes) == "3.1 MB"
    code = detector_from_wire(detector_list()["models"][1])
    assert (code.can_learn, code.threshold, size_text(code.size_bytes)) == (False, None, "")


@pytest.mark.parametrize(
    ("label", "name"),
    [("hit-net 3fa", "hit-net"), ("Stairs and doors 12", "Stairs and doors"), ("old", "old"), ("", "")],
)
def test_the_name_is_told_from_the_version(label: str, name: str) -> None:
    assert name_in_label(label) == name


def test_a_name_that_is_taken_gets_a_number() -> None:
    assert free_name("Mine", frozenset()) == "Mine"
    assert free_name("Mine", frozenset({"mine", "Mine 2"})) == "Mine 3"


def test_the_engines_own_choice_is_used_until_the_person_chooses(
    detectors: DetectorDesk, settings: Settings
) -> None:
    assert detectors.asked_for == ""
    assert detectors.chosen is not None and detectors.chosen.name == "hit-net"
    detectors.choose("motion-baseline")
    assert settings.value(DETECTOR) == detectors.asked_for == "motion-baseline"
    detectors.choose("hit-net")
    assert settings.value(DETECTOR) == ""


def test_a_chosen_detector_that_is_gone_is_not_asked_for(detectors: DetectorDesk, settings: Settings) -> None:
    settings.set(DETECTOR, "deleted elsewhere")
    assert detectors.asked_for == ""
    assert detectors.chosen is not None and detectors.chosen.name == "hit-net"


def test_a_deleted_one_is_no_longer_chosen(
    detectors: DetectorDesk, engine: FakeEngine, settings: Settings
) -> None:
    detectors.choose("Stairs and doors")
    detectors.delete("Stairs and doors")
    assert engine.last("delete_model").arguments == {"name": "Stairs and doors"}
    assert settings.value(DETECTOR) == "Stairs and doors"
    engine.last("delete_model").finished.emit({})
    assert settings.value(DETECTOR) == ""
    assert engine.jobs[-1].kind == "models"


def test_the_choice_follows_a_new_name(
    detectors: DetectorDesk, engine: FakeEngine, settings: Settings
) -> None:
    detectors.choose("Stairs and doors")
    detectors.rename("Stairs and doors", "Stairs")
    assert engine.last("rename_model").arguments == {"name": "Stairs and doors", "to": "Stairs"}
    engine.last("rename_model").finished.emit({})
    assert settings.value(DETECTOR) == "Stairs"


def test_a_refused_change_is_said_and_changes_nothing(
    detectors: DetectorDesk, engine: FakeEngine, settings: Settings
) -> None:
    said: list[str] = []
    detectors.failed.connect(said.append)
    detectors.choose("Stairs and doors")
    detectors.delete("Stairs and doors")
    engine.last("delete_model").failed.emit("The disk is read only.")
    assert said == ["The disk is read only."]
    assert settings.value(DETECTOR) == "Stairs and doors"


def test_an_engine_that_cant_list_disturbs_nobody(engine: FakeEngine, settings: Settings) -> None:
    desk = DetectorDesk(engine, settings)  # type: ignore[arg-type]
    said: list[str] = []
    desk.failed.connect(said.append)
    desk.refresh()
    engine.last("models").failed.emit("The folder can't be read.")
    assert (desk.trouble, said, desk.detectors) == ("The folder can't be read.", [], ())


def test_the_chosen_detector_analyses(
    session: Session, analysis: AnalysisDesk, detectors: DetectorDesk, engine: FakeEngine, project: Project
) -> None:
    session.open(project)
    analysis.start()
    assert "model" not in engine.last("analyse").arguments
    detectors.choose("motion-baseline")
    analysis.start()
    assert engine.last("analyse").arguments["model"] == "motion-baseline"
    analysis.start("sound-onsets")
    assert engine.last("analyse").arguments["model"] == "sound-onsets"


def test_another_detector_brings_its_threshold_in_the_same_step(
    session: Session, analysis: AnalysisDesk, engine: FakeEngine, project: Project
) -> None:
    placed = edits.add_hit(project, 30_000, hit_id="placed")
    moved = edits.move_hits(placed, ["h2"], 480)
    session.open(edits.set_locked(moved, ["h1"], True))
    before = session.project
    analysis.start()
    engine.last("analyse").finished.emit({**result(found(8), threshold=0.25), "model": "hit-net 9"})
    assert session.project is not None
    assert session.project.threshold == 0.25
    assert {hit.id for hit in session.project.hits} == {"placed", "h1", "h2", "found-8"}
    assert session.undo_stack.undoText() == "Analyse again: 1 new, 5 gone, 3 kept"
    assert session.undo_stack.count() == 1
    session.undo_stack.undo()
    assert session.project is before


def test_the_same_detector_leaves_the_threshold_where_the_person_put_it(
    session: Session, analysis: AnalysisDesk, engine: FakeEngine, project: Project
) -> None:
    session.open(edits.set_threshold(project, 0.33))
    analysis.start()
    engine.last("analyse").finished.emit({**result(found(8)), "model": "a detector 2"})
    assert session.project is not None and session.project.threshold == 0.33


def test_the_own_threshold_is_what_the_analysis_or_else_the_list_said(
    session: Session, analysis: AnalysisDesk, detectors: DetectorDesk, engine: FakeEngine, project: Project
) -> None:
    assert detectors.own_threshold("hit-net 1") == 0.37
    assert detectors.own_threshold("gone 1") is None
    session.open(project)
    analysis.start()
    engine.last("analyse").finished.emit({**result(found(8), threshold=0.25), "model": "hit-net 1"})
    assert detectors.own_threshold("hit-net 1") == 0.25


def test_what_the_analysis_noticed_is_passed_on(
    session: Session, analysis: AnalysisDesk, engine: FakeEngine, project: Project
) -> None:
    said: list[list[Note]] = []
    analysis.noted.connect(said.append)
    session.open(project)
    analysis.start()
    rows = [{"kind": "dark", "text": "It is black."}, {"kind": "has-sound", "text": "It has a sound."}]
    engine.last("analyse").finished.emit({**result(), "notes": rows})
    [[dark, sound]] = said
    assert (dark.text, dark.action) == ("It is black.", "")
    assert (sound.action, sound.subject) == ("time_by_sound", "sound-onsets")


def test_learning_sends_projects_and_tells_what_came_of_it(engine: FakeEngine, project: Project) -> None:
    desk = LearningDesk(engine)  # type: ignore[arg-type]
    came: list[Learned] = []
    ended: list[bool] = []
    desk.finished.connect(came.append)
    desk.ended.connect(lambda: ended.append(desk.is_running))
    desk.learn_corrections([project], "Mine", "hit-net")
    job = engine.last("learn_corrections")
    assert (job.arguments["name"], job.arguments["base"]) == ("Mine", "hit-net")
    assert from_json(job.arguments["projects"][0]) == project
    assert desk.is_running
    job.finished.emit({"name": "Mine", "summary": "Better.", "before": {}, "after": {}})
    assert ended == [False]
    assert (came[0].name, came[0].summary, came[0].is_kept) == ("Mine", "Better.", True)


def test_what_was_no_better_can_be_asked_for_all_the_same(engine: FakeEngine) -> None:
    desk = LearningDesk(engine)  # type: ignore[arg-type]
    came: list[Learned] = []
    desk.finished.connect(came.append)
    desk.learn_footage(["/clips"], "Mine", "hit-net")
    engine.last("learn_footage").finished.emit({"name": "Mine", "summary": "No better.", "is_kept": False})
    desk.keep_anyway(came[0])
    assert engine.last("learn_footage").arguments == {
        "paths": ["/clips"],
        "name": "Mine",
        "base": "hit-net",
        "keep_anyway": True,
    }


def test_a_stopped_learning_is_over_at_once(engine: FakeEngine) -> None:
    desk = LearningDesk(engine)  # type: ignore[arg-type]
    came: list[Learned] = []
    desk.finished.connect(came.append)
    desk.learn_footage(["/clips"], "Mine", "hit-net")
    job = engine.last("learn_footage")
    desk.cancel()
    assert job.was_cancelled and not desk.is_running
    job.finished.emit({"name": "Mine", "summary": "Better."})
    assert came == []
