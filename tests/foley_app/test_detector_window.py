"""Detectors in the whole window: menu, status bar, notes, threshold, learning in the background."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QDialog
from pytestqt.qtbot import QtBot

from engine.project.document import Project
from foley_app.note_strip import Note
from foley_app.threshold_slider import ThresholdSlider
from tests.foley_app.conftest import Desk
from tests.foley_app.detector_lists import tell_detectors
from tests.foley_app.test_desks import found, result
from tests.foley_app.test_main_window import press

ALT, CONTROL = Qt.KeyboardModifier.AltModifier, Qt.KeyboardModifier.ControlModifier


@pytest.fixture
def opened(desk: Desk, project: Project) -> Desk:
    """A window with the project that knows the detectors."""
    desk.window.detectors.refresh()
    tell_detectors(desk.engine)
    desk.session.open(project)
    desk.window.activateWindow()
    QTest.qWaitForWindowActive(desk.window)
    return desk


def slider_of(desk: Desk) -> ThresholdSlider:
    slider = desk.window.status_bar.findChild(ThresholdSlider)
    assert slider is not None
    return slider


def analyse(desk: Desk, *hits: dict[str, object], **more: object) -> None:
    desk.window.actions_by_name["analyse"].trigger()
    desk.engine.last("analyse").finished.emit({**result(*hits), "model": "hit-net 1", **more})


def threshold_of(desk: Desk) -> float:
    assert desk.session.project is not None
    return desk.session.project.threshold


def test_the_menu_ticks_the_detector_in_use_and_chooses_another(opened: Desk) -> None:
    menu = opened.window.detector_menu
    rows = [action for action in menu.actions() if not action.isSeparator()]
    assert [action.text() for action in rows] == [
        "hit-net",
        "motion-baseline",
        "sound-onsets",
        "Stairs and doors",
    ]
    assert [action.isChecked() for action in rows] == [True, False, False, False]
    rows[3].trigger()
    assert "“Stairs and doors” is used from now on" in opened.window.status_bar.message
    assert [action.isChecked() for action in menu.actions() if not action.isSeparator()][3]
    press(opened, Qt.Key.Key_R, CONTROL)
    assert opened.engine.last("analyse").arguments["model"] == "Stairs and doors"


def test_the_status_bar_says_who_found_the_hits(opened: Desk) -> None:
    assert opened.window.status_bar._finder.text() == "by a detector"
    analyse(opened, found(1))
    assert opened.window.status_bar._finder.text() == "by hit-net"
    opened.session.undo_stack.undo()
    assert opened.window.status_bar._finder.text() == "by a detector"


def test_a_new_analysis_says_what_it_changed_and_what_is_silent(opened: Desk) -> None:
    analyse(opened, found(1), found(8))
    message = opened.window.status_bar.message
    assert message == "Analyse again: 2 new, 7 gone, 0 kept. 2 hits without a sound: F fills them."


def test_notes_are_read_one_by_one_and_closed_with_escape(opened: Desk) -> None:
    strip = opened.window.workspace.notes
    assert not strip.isVisible()
    analyse(opened, notes=[{"kind": "dark", "text": "It is black."}, {"kind": "cuts", "text": "It cuts."}])
    assert strip.isVisible() and strip._text.text() == "It is black."
    assert strip._more.text() == "1 more"
    assert not strip._action.isVisible()
    press(opened, Qt.Key.Key_Escape)
    assert strip._text.text() == "It cuts." and not strip._more.isVisible()
    press(opened, Qt.Key.Key_Escape)
    assert not strip.isVisible()
    assert not opened.window.actions_by_name["close_note"].isEnabled()


def test_escape_in_the_timecode_leaves_the_note(opened: Desk) -> None:
    analyse(opened, notes=[{"kind": "dark", "text": "It is black."}])
    field = opened.window.workspace.viewer.transport_bar.timecode
    field.setFocus()
    QTest.keyClick(field, Qt.Key.Key_Escape)
    assert not field.hasFocus()
    assert opened.window.workspace.notes.isVisible()


def test_the_videos_sound_is_used_for_timing_by_a_key(opened: Desk) -> None:
    analyse(opened, notes=[{"kind": "has-sound", "text": "It has a sound."}])
    press(opened, Qt.Key.Key_Return, CONTROL)
    assert not opened.window.workspace.notes.isVisible()
    assert opened.engine.last("analyse").arguments["model"] == "sound-onsets"


def test_notes_about_a_video_go_with_it_and_news_stay(opened: Desk) -> None:
    strip = opened.window.workspace.notes
    analyse(opened, notes=[{"kind": "dark", "text": "It is black."}])
    strip.add(Note("It has learned.", "use_detector", "Use it", "Stairs and doors", is_about_video=False))
    opened.session.open(None)
    assert strip.note is not None and strip.note.text == "It has learned."
    strip.dismiss()
    assert strip.note is None


def test_own_sound_is_offered_only_where_there_is_one(opened: Desk) -> None:
    assert not opened.window.actions_by_name["time_by_sound"].isEnabled()


def test_the_threshold_is_moved_by_keys_in_one_step_and_reset(opened: Desk) -> None:
    analyse(opened, found(1), found(2, 0.385), threshold=0.37)
    steps = opened.session.undo_stack.count()
    assert threshold_of(opened) == 0.37
    for _ in range(3):
        press(opened, Qt.Key.Key_Equal, ALT)
    assert threshold_of(opened) == 0.4
    assert opened.session.project is not None and len(opened.session.project.shown_hits) == 1
    press(opened, Qt.Key.Key_Minus, ALT)
    assert threshold_of(opened) == 0.39
    assert opened.session.undo_stack.count() == steps + 1
    press(opened, Qt.Key.Key_0, ALT)
    assert threshold_of(opened) == 0.37


def test_a_double_click_on_the_slider_is_the_detectors_own_again(qtbot: QtBot, opened: Desk) -> None:
    analyse(opened, found(1), threshold=0.37)
    slider = slider_of(opened)
    assert "0.37" in slider.toolTip()
    slider.setValue(80)
    assert threshold_of(opened) == 0.8
    QTest.mouseDClick(slider, Qt.MouseButton.LeftButton)
    assert threshold_of(opened) == 0.37
    assert slider.value() == 37


def test_keys_on_the_slider_are_one_step_until_they_rest(qtbot: QtBot, opened: Desk) -> None:
    slider = slider_of(opened)
    slider.setFocus()
    QTest.keyClick(slider, Qt.Key.Key_Left)
    QTest.keyClick(slider, Qt.Key.Key_Left)
    assert threshold_of(opened) == 0.48
    assert opened.session.undo_stack.count() == 1
    with qtbot.waitSignal(slider.moved, check_params_cb=lambda _value, finished: finished, timeout=5000):
        pass
    QTest.keyClick(slider, Qt.Key.Key_Left)
    assert opened.session.undo_stack.count() == 2


def test_an_unknown_own_threshold_is_said(opened: Desk) -> None:
    press(opened, Qt.Key.Key_0, ALT)
    assert "its own threshold isn't known" in opened.window.status_bar.message
    assert threshold_of(opened) == 0.5


def test_learning_shows_behind_an_analysis_and_each_is_stopped_alone(opened: Desk) -> None:
    window, bar = opened.window, opened.window.status_bar
    window.learning.learn_footage(["/clips"], "Mine", "hit-net")
    opened.engine.last("learn_footage").progressed.emit(0.4, "Watching clip 2 of 5")
    assert bar._engine.text() == "● Learning “Mine”: watching clip 2 of 5" and bar._progress.value() == 400
    window.actions_by_name["analyse"].trigger()
    opened.engine.last("learn_footage").progressed.emit(0.5, "Watching clip 3 of 5")
    assert bar._engine.text() == "● Analysing"
    bar.cancel_requested.emit()
    assert not window.analysis.is_running and window.learning.is_running
    assert bar._engine.text() == "● Learning “Mine”: watching clip 3 of 5"
    bar.cancel_requested.emit()
    assert opened.engine.last("learn_footage").was_cancelled
    assert "ready" in bar._engine.text() and not bar._progress.isVisible()


def test_what_was_learned_is_offered_and_used_by_a_key(opened: Desk) -> None:
    opened.window.learning.learn_footage(["/clips"], "Stairs and doors", "hit-net")
    opened.engine.last("learn_footage").finished.emit({"name": "Stairs and doors", "summary": "Better."})
    strip = opened.window.workspace.notes
    assert strip._text.text() == "Better." and strip._action.text() == "Use it from now on"
    tell_detectors(opened.engine)
    press(opened, Qt.Key.Key_Return, CONTROL)
    assert opened.window.detectors.asked_for == "Stairs and doors"


def test_closing_asks_while_something_learns(opened: Desk) -> None:
    opened.window.learning.learn_footage(["/clips"], "Mine", "hit-net")
    assert not opened.window.close()
    assert opened.questions.asked_about == ["learning"]
    assert opened.window.learning.is_running
    opened.questions.stops_learning = True
    assert opened.window.close()
    assert opened.engine.last("learn_footage").was_cancelled


@pytest.mark.parametrize("name", ["detectors", "learn_corrections", "learn_footage"])
def test_the_dialogs_open_and_close_by_keyboard(opened: Desk, name: str) -> None:
    opened.window.actions_by_name[name].trigger()
    dialog = opened.window.findChild(QDialog)
    assert dialog is not None and dialog.isVisible()
    QTest.keyClick(dialog, Qt.Key.Key_Escape)
    assert not dialog.isVisible()


def test_one_thing_is_learned_at_a_time(opened: Desk) -> None:
    opened.window.learning.learn_footage(["/clips"], "Mine", "hit-net")
    opened.window.actions_by_name["learn_corrections"].trigger()
    assert opened.window.findChild(QDialog) is None
    assert "learning already" in opened.window.status_bar.message
    opened.questions.stops_learning = True
