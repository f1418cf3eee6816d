"""Materials, choices and the library in the whole window, on stand-in processes."""

from __future__ import annotations

from typing import Any

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QToolButton
from pytestqt.qtbot import QtBot

from engine.project.document import Project
from foley_app.settings import LIBRARY_FOLDERS
from tests.foley_app.conftest import Desk
from tests.foley_app.fakes import FakeJob
from tests.foley_app.test_desks import answer

TWO_S = 2000


@pytest.fixture
def opened(desk: Desk, project: Project) -> Desk:
    """A window with the project, in front."""
    desk.session.open(project)
    desk.window.activateWindow()
    QTest.qWaitForWindowActive(desk.window)
    return desk


def asked(desk: Desk, kind: str) -> list[FakeJob]:
    return [job for job in desk.engine.jobs if job.kind == kind]


def offer(qtbot: QtBot, desk: Desk, *hit_ids: str) -> FakeJob:
    """Select hits, wait for the question about their sounds, and answer it."""
    count = len(asked(desk, "candidates"))
    desk.session.select(hit_ids)
    qtbot.waitUntil(lambda: len(asked(desk, "candidates")) > count, timeout=TWO_S)
    job = desk.engine.last("candidates")
    answer(job)
    return job


def status_button(desk: Desk, name: str) -> QToolButton:
    buttons = desk.window.status_bar.findChildren(QToolButton)
    return next(button for button in buttons if button.accessibleName() == name)


def test_a_bar_corrects_the_material_by_keyboard_and_the_surface_follows(qtbot: QtBot, opened: Desk) -> None:
    offer(qtbot, opened, "h1")
    QTest.keyClick(opened.window.workspace.inspector.material_bars._rows[1], Qt.Key.Key_Return)
    asked_before = len(asked(opened, "candidates"))
    rows: dict[str, Any] = {"materials": {"h2": [["metal", 0.9]], "h3": [["metal", 0.9]]}}
    opened.engine.last("remember_choice").finished.emit({})
    opened.engine.last("surface_materials").finished.emit(rows)
    assert opened.session.project is not None
    assert [hit.material for hit in opened.session.project.shown_hits[:4]] == ["metal"] * 3 + ["wood"]
    assert opened.window.status_bar.message == "2 other hits on the same surface are metal now."
    undo = opened.session.undo_stack.undoText()
    assert undo == "Set material of hit 1 to metal and of 2 more like it"
    qtbot.waitUntil(lambda: len(asked(opened, "candidates")) > asked_before, timeout=TWO_S)
    assert opened.engine.last("candidates").arguments["hits"] == ["h1"]


def test_a_taken_sound_keeps_its_list_and_others_are_asked_anew(qtbot: QtBot, opened: Desk) -> None:
    offer(qtbot, opened, "h2")
    offer(qtbot, opened, "h1")
    QTest.keyClick(opened.window, Qt.Key.Key_2)
    QTest.keyClick(opened.window, Qt.Key.Key_Return)
    remembered = opened.engine.last("remember_choice")
    assert remembered.arguments["hit"] == "h1"
    assert remembered.arguments["take"]["id"] == "kit-1"
    remembered.finished.emit({})
    listed = opened.window.workspace.inspector.candidates.sounds
    assert [sound.take.id for sound in listed] == ["kit-0", "kit-1", "kit-2"]
    assert opened.window.sounds._open_bases == {}
    offer(qtbot, opened, "h2")


def test_an_answer_from_before_a_choice_is_asked_for_again(qtbot: QtBot, opened: Desk) -> None:
    opened.session.select(["h1"])
    qtbot.waitUntil(lambda: bool(asked(opened, "candidates")), timeout=TWO_S)
    opened.window.sounds.forget_others(())
    answer(opened.engine.last("candidates"))
    assert opened.window.workspace.inspector.candidates.sounds == ()
    qtbot.waitUntil(lambda: len(asked(opened, "candidates")) == 2, timeout=TWO_S)


def test_listening_shows_in_the_status_bar_and_can_be_paused_and_stopped(opened: Desk) -> None:
    bar, action = opened.window.status_bar, opened.window.actions_by_name["pause_listening"]
    assert not action.isEnabled()
    opened.window.library.add("/sounds")
    pause = status_button(opened, "Pause this job")
    assert not pause.isVisible()
    opened.engine.last("scan_library").finished.emit({"sounds": 9, "materials": {}, "problems": []})
    opened.engine.last("listen_library").progressed.emit(0.3, "Listened to 3 of 9 sounds")
    assert bar._engine.text() == "● Listened to 3 of 9 sounds"
    assert pause.isVisible() and action.isEnabled()
    action.trigger()
    assert bar._engine.text() == "● Paused: listened to 3 of 9 sounds"
    status_button(opened, "Go on").click()
    assert opened.window.library.is_listening
    status_button(opened, "Stop this job").click()
    assert not opened.window.library.is_running
    assert bar._engine.text() == "● Engine ready (CPU)"
    assert not action.isEnabled()


def test_an_analysis_is_shown_before_listening_which_goes_on(opened: Desk) -> None:
    opened.window.library.add("/sounds")
    opened.engine.last("scan_library").finished.emit({"sounds": 9, "materials": {}, "problems": []})
    opened.window.analysis.start()
    opened.engine.last("listen_library").progressed.emit(0.3, "Listened to 3 of 9 sounds")
    assert opened.window.status_bar._engine.text() == "● Analysing"
    opened.window.analysis.cancel()
    assert opened.window.status_bar._engine.text() == "● Listened to 3 of 9 sounds"
    assert not opened.engine.last("listen_library").was_cancelled


def test_what_was_heard_renews_the_offers(qtbot: QtBot, opened: Desk) -> None:
    opened.settings.set(LIBRARY_FOLDERS, ("/sounds",))
    offer(qtbot, opened, "h1")
    count = len(asked(opened, "candidates"))
    opened.window.library.scan()
    opened.engine.last("scan_library").finished.emit({"sounds": 9, "materials": {}, "problems": []})
    qtbot.waitUntil(lambda: len(asked(opened, "candidates")) > count, timeout=TWO_S)


def test_a_folder_that_went_away_is_said_once(qtbot: QtBot, opened: Desk) -> None:
    sentence = "The folder “/sounds” is not there any more, so its sounds are not offered."
    for hit_id in ("h1", "h2"):
        opened.session.select([hit_id])
        count = len(asked(opened, "candidates"))
        qtbot.waitUntil(lambda n=count: len(asked(opened, "candidates")) > n, timeout=TWO_S)
        opened.engine.last("candidates").finished.emit({"candidates": {}, "problems": [sentence]})
        expected = sentence if hit_id == "h1" else ""
        assert opened.window.status_bar.message == expected
        opened.window.status_bar.clear_message()


def test_a_mere_guess_is_marked_beside_the_contact_point(opened: Desk) -> None:
    from engine.project import edits
    from engine.project.document import MaterialProbability

    assert opened.session.project is not None
    guess = [MaterialProbability("tile", 0.2), MaterialProbability("wood", 0.15)]
    opened.session.apply("Look", edits.set_materials(opened.session.project, {"h1": guess}))
    opened.session.select(["h1"])
    mark = opened.window.workspace.viewer.picture._mark
    assert mark is not None and mark.label == "hit 1 · tile?"


def test_the_counts_tell_how_many_materials_are_guessed_when_asked(opened: Desk) -> None:
    from engine.project import edits
    from engine.project.document import MaterialProbability

    counts = opened.window.status_bar._counts
    assert counts.guesses() == ""
    assert opened.session.project is not None
    guess = [MaterialProbability("tile", 0.2), MaterialProbability("wood", 0.15)]
    seen = edits.set_materials(opened.session.project, {"h1": guess, "h4": guess})
    opened.session.apply("Look", seen)
    assert "a mere guess for 2 of them" in counts.guesses()
