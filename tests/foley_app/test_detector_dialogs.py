"""The dialogs about detectors: the list with rename and delete, and the two that begin a learning."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from PySide6.QtCore import QObject, Qt
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from engine.project import edits
from engine.project.document import Project
from engine.project.document_json import from_json
from engine.project.storage import save_project
from foley_app.detector_desk import DetectorDesk
from foley_app.dialogs.detectors import DetectorsDialog
from foley_app.dialogs.learn_corrections import LearnCorrectionsDialog, corrections_text
from foley_app.dialogs.learn_footage import LearnFootageDialog, usable_paths
from foley_app.learning_desk import LearningDesk
from foley_app.session import Session
from foley_app.settings import DETECTOR, Settings
from tests.foley_app.detector_lists import detector_list, tell_detectors
from tests.foley_app.fakes import FakeEngine, FakeQuestions


@pytest.fixture
def engine(qapp: QObject) -> FakeEngine:
    return FakeEngine()


@pytest.fixture
def detectors(engine: FakeEngine, settings: Settings) -> DetectorDesk:
    desk = DetectorDesk(engine, settings)  # type: ignore[arg-type]
    desk.refresh()
    tell_detectors(engine)
    return desk


@pytest.fixture
def learning(engine: FakeEngine) -> LearningDesk:
    return LearningDesk(engine)  # type: ignore[arg-type]


@pytest.fixture
def questions() -> FakeQuestions:
    return FakeQuestions()


@pytest.fixture
def listing(qtbot: QtBot, detectors: DetectorDesk, questions: FakeQuestions) -> DetectorsDialog:
    dialog = DetectorsDialog(detectors, questions)  # type: ignore[arg-type]
    qtbot.addWidget(dialog)
    dialog.show()
    dialog.activateWindow()
    QTest.qWaitForWindowActive(dialog)
    return dialog


@pytest.fixture
def corrections(
    qtbot: QtBot, detectors: DetectorDesk, learning: LearningDesk, settings: Settings, project: Project
) -> LearnCorrectionsDialog:
    session = Session(detectors)
    session.open(edits.set_locked(project, ["h1", "h2"], True))
    dialog = LearnCorrectionsDialog(session, detectors, learning, settings)
    qtbot.addWidget(dialog)
    return dialog


@pytest.fixture
def footage(
    qtbot: QtBot, detectors: DetectorDesk, learning: LearningDesk, settings: Settings
) -> LearnFootageDialog:
    dialog = LearnFootageDialog(detectors, learning, settings)
    qtbot.addWidget(dialog)
    return dialog


def test_each_detector_says_what_it_is_made_from_and_how_it_did(listing: DetectorsDialog) -> None:
    assert listing._title.text() == "hit-net"
    assert listing._kind.text() == "Comes with the program · 3.1 MB"
    assert "Made from: rendered scenes" in listing._about.text()
    assert listing._metric_values.text() == "0.81\n4.8 dB"
    assert not listing._delete.isEnabled() and not listing._rename.isEnabled()
    QTest.keyClick(listing._list, Qt.Key.Key_End)
    assert listing._title.text() == "Stairs and doors"
    assert "Began as: hit-net" in listing._about.text()
    assert listing._delete.isEnabled()


def test_return_uses_the_highlighted_one(listing: DetectorsDialog, settings: Settings) -> None:
    assert not listing._use.isEnabled()
    QTest.keyClick(listing._list, Qt.Key.Key_Down)
    QTest.keyClick(listing, Qt.Key.Key_Return)
    assert settings.value(DETECTOR) == "motion-baseline"
    assert "Ctrl+R" in listing._status.text()
    assert listing.isVisible() and not listing._use.isEnabled()


def test_f2_renames_and_escape_leaves_the_name(
    listing: DetectorsDialog, engine: FakeEngine, settings: Settings
) -> None:
    QTest.keyClick(listing._list, Qt.Key.Key_End)
    QTest.keyClick(listing._list, Qt.Key.Key_F2)
    assert listing._name.isVisible()
    QTest.keyClick(listing._name, Qt.Key.Key_Escape)
    assert listing.isVisible() and not listing._name.isVisible()
    QTest.keyClick(listing._list, Qt.Key.Key_F2)
    listing._name.setText("Stairs")
    QTest.keyClick(listing._name, Qt.Key.Key_Return)
    assert engine.last("rename_model").arguments == {"name": "Stairs and doors", "to": "Stairs"}
    assert settings.value(DETECTOR) == ""
    engine.last("rename_model").finished.emit({})
    renamed = detector_list()
    renamed["models"][3]["name"] = "Stairs"
    engine.last("models").finished.emit(renamed)
    assert listing._title.text() == "Stairs"


def test_del_deletes_after_a_question(
    listing: DetectorsDialog, engine: FakeEngine, questions: FakeQuestions
) -> None:
    QTest.keyClick(listing._list, Qt.Key.Key_Delete)
    QTest.keyClick(listing._list, Qt.Key.Key_End)
    QTest.keyClick(listing._list, Qt.Key.Key_Delete)
    assert questions.asked_about == ["Stairs and doors"]
    assert not any(job.kind == "delete_model" for job in engine.jobs)
    questions.deletes = True
    QTest.keyClick(listing._list, Qt.Key.Key_Delete)
    assert engine.last("delete_model").arguments == {"name": "Stairs and doors"}
    engine.last("delete_model").failed.emit("The disk is read only.")
    assert listing._status.text() == "The disk is read only."


def test_a_broken_one_says_so_and_cant_be_used(listing: DetectorsDialog, engine: FakeEngine) -> None:
    broken = detector_list()
    broken["models"][3]["problem"] = "Its weights are damaged."
    engine.last("models").finished.emit(broken)
    QTest.keyClick(listing._list, Qt.Key.Key_End)
    assert "Its weights are damaged." in listing._about.text()
    assert not listing._use.isEnabled() and listing._delete.isEnabled()


def test_what_a_person_touched_is_counted(project: Project) -> None:
    assert corrections_text(project) == "6 hits, none placed, changed or locked"
    assert corrections_text(edits.set_locked(project, ["h1"], True)) == "1 hit of 6 placed, changed or locked"


def test_corrections_are_learned_under_a_free_name(
    corrections: LearnCorrectionsDialog, engine: FakeEngine, project: Project
) -> None:
    assert corrections.form.chosen_name == "My detector"
    assert [corrections.form.base.itemText(row) for row in range(corrections.form.base.count())] == [
        "hit-net",
        "Stairs and doors",
    ]
    corrections.form.name.setText("Feet")
    corrections.learn()
    job = engine.last("learn_corrections")
    assert (job.arguments["name"], job.arguments["base"]) == ("Feet", "hit-net")
    assert [from_json(written).id for written in job.arguments["projects"]] == [project.id]
    assert corrections.result() == corrections.DialogCode.Accepted


def test_the_detector_that_found_the_hits_is_where_learning_starts(
    qtbot: QtBot, detectors: DetectorDesk, learning: LearningDesk, settings: Settings, project: Project
) -> None:
    session = Session(detectors)
    session.open(replace(project, analysis_model="Stairs and doors 12"))
    dialog = LearnCorrectionsDialog(session, detectors, learning, settings)
    qtbot.addWidget(dialog)
    assert dialog.form.chosen_base == "Stairs and doors"


def test_other_projects_join_once_and_unreadable_ones_are_said(
    corrections: LearnCorrectionsDialog, engine: FakeEngine, project: Project, tmp_path: Path
) -> None:
    assert project.video is not None
    other = edits.new_project(project.video)
    save_project(other, tmp_path / "other.foley")
    (tmp_path / "broken.foley").write_text("not a project")
    corrections.add_projects(
        [str(tmp_path / name) for name in ("other.foley", "broken.foley", "other.foley")]
    )
    assert corrections._list.count() == 2
    assert "broken.foley" in corrections._problem.text()
    corrections._list.item(0).setCheckState(Qt.CheckState.Unchecked)
    corrections.learn()
    assert [from_json(p).id for p in engine.last("learn_corrections").arguments["projects"]] == [other.id]


@pytest.mark.parametrize("name", ["", "hit-net", "HIT-NET", "stairs AND doors", "up/down", "../x"])
def test_a_name_that_cant_be_had_is_explained_before_anything_is_learned(
    corrections: LearnCorrectionsDialog, engine: FakeEngine, name: str
) -> None:
    corrections.form.name.setText(name)
    assert corrections.form.problem
    assert not corrections._learn.isEnabled()
    corrections.learn()
    assert not any(job.kind == "learn_corrections" for job in engine.jobs)


def test_without_a_project_there_is_nothing_to_learn_yet(
    qtbot: QtBot, detectors: DetectorDesk, learning: LearningDesk, settings: Settings
) -> None:
    dialog = LearnCorrectionsDialog(Session(detectors), detectors, learning, settings)
    qtbot.addWidget(dialog)
    assert not dialog._learn.isEnabled()


def test_footage_is_gathered_and_learned(footage: LearnFootageDialog, engine: FakeEngine) -> None:
    assert not footage._learn.isEnabled()
    footage.add_paths(["/a.mp4", "/clips", "/a.mp4"])
    footage.add_paths(["/clips", "/b.mov"])
    assert footage.paths == ["/a.mp4", "/clips", "/b.mov"]
    footage._list.setCurrentRow(0)
    footage._remove_current()
    footage.form.base.setCurrentText("Stairs and doors")
    footage.learn()
    assert engine.last("learn_footage").arguments == {
        "paths": ["/clips", "/b.mov"],
        "name": "My detector",
        "base": "Stairs and doors",
    }


def test_only_folders_and_videos_are_taken_when_dropped(tmp_path: Path) -> None:
    assert usable_paths([str(tmp_path), "/a.MP4", "/notes.txt"]) == [str(tmp_path), "/a.MP4"]
