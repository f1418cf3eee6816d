"""The whole window on stand-in processes: empty, with a document, keys, drops, troubles."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtCore import QMimeData, QPointF, Qt, QUrl
from PySide6.QtGui import QDropEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLabel, QLineEdit, QPushButton, QSlider
from pytestqt.qtbot import QtBot

from engine.project.document import Project
from foley_app.actions import COMMANDS, named_commands
from foley_app.player_client import DeviceState
from foley_app.settings import RECENT_FILES, THEME
from foley_app.theme.theme import current_palette
from tests.foley_app.conftest import Desk
from tests.foley_app.test_desks import answer

SECOND = 48_000


def press(desk: Desk, key: Qt.Key, modifiers: Qt.KeyboardModifier = Qt.KeyboardModifier.NoModifier) -> None:
    QTest.keyClick(desk.window, key, modifiers)


@pytest.fixture
def opened(desk: Desk, project: Project) -> Desk:
    """A window with the project, in front."""
    desk.session.open(project)
    desk.window.activateWindow()
    QTest.qWaitForWindowActive(desk.window)
    return desk


def test_the_empty_window_says_what_to_do(desk: Desk) -> None:
    page = desk.window.start_page
    assert page.isVisible()
    assert [button.text().strip() for button in page.findChildren(QPushButton)] == [
        "Open video",
        "Open project",
        "Try the demo",
    ]
    assert any("Open a silent video" in label.text() for label in page.findChildren(QLabel))
    assert not desk.window.actions_by_name["save"].isEnabled()
    assert desk.window.windowTitle() == "Foley Editor"


def test_recent_files_that_are_gone_are_not_shown(desk: Desk, video_file: Path) -> None:
    desk.settings.set(RECENT_FILES, (str(video_file), "/gone/away.mp4"))
    assert desk.window.start_page._recent.count() == 1


def test_recent_files_are_in_the_file_menu(desk: Desk, video_file: Path) -> None:
    menu = desk.window._recent_menu
    menu.aboutToShow.emit()
    assert [action.text() for action in menu.actions()] == ["Nothing yet"]
    desk.settings.set(RECENT_FILES, (str(video_file), "/gone/away.mp4"))
    menu.aboutToShow.emit()
    assert [action.isEnabled() for action in menu.actions()] == [True, False]
    menu.actions()[0].trigger()
    assert desk.engine.last("new_project").arguments == {"path": str(video_file)}


def test_a_document_opens_the_workspace_and_names_the_window(opened: Desk) -> None:
    window = opened.window
    assert window.workspace.isVisible()
    assert window.windowTitle() == "clip[*] – Foley Editor"
    assert not window.isWindowModified()
    window.commands.set_threshold(0.3, True)
    assert window.isWindowModified()
    assert window._name.text() == "clip •"
    opened.session.undo_stack.undo()
    assert not window.isWindowModified()


def test_a_video_that_was_never_analysed_is_analysed_and_filled(
    qtbot: QtBot, desk: Desk, project: Project
) -> None:
    from engine.project import edits
    from tests.foley_app.test_desks import found, result

    assert project.video is not None
    desk.session.open(edits.new_project(project.video))
    desk.engine.last("analyse").finished.emit(result(found(1), found(2)))
    qtbot.waitUntil(lambda: any(job.kind == "candidates" for job in desk.engine.jobs), timeout=2000)
    answer(desk.engine.last("candidates"))
    assert desk.session.project is not None
    assert all(hit.clips for hit in desk.session.project.shown_hits)
    assert desk.session.undo_stack.undoText() == "Fill 2 hits"
    assert desk.session.selection == {"found-1"}


def test_an_analysed_project_is_not_analysed_again(opened: Desk) -> None:
    assert not any(job.kind == "analyse" for job in opened.engine.jobs)


def test_no_hits_found_says_what_to_do(desk: Desk, project: Project) -> None:
    from engine.project import edits
    from tests.foley_app.test_desks import result

    assert project.video is not None
    desk.session.open(edits.new_project(project.video))
    desk.engine.last("analyse").finished.emit(result())
    assert "Press A" in desk.window.status_bar.message


def test_keys_reach_the_commands(opened: Desk) -> None:
    press(opened, Qt.Key.Key_N)
    assert opened.session.selection == {"h3"}
    press(opened, Qt.Key.Key_BracketRight)
    assert opened.session.selection == {"h4"}
    press(opened, Qt.Key.Key_Period)
    assert opened.window.transport.position == 4 * SECOND + SECOND // 30
    press(opened, Qt.Key.Key_Space)
    assert opened.window.transport.is_playing
    press(opened, Qt.Key.Key_K)
    assert not opened.window.transport.is_playing
    press(opened, Qt.Key.Key_Delete)
    assert opened.session.project is not None
    assert "h4" not in opened.session.project.hits_by_id
    press(opened, Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier)
    assert "h4" in opened.session.project.hits_by_id


def test_n_says_when_nothing_is_uncertain(opened: Desk) -> None:
    opened.window.commands.set_threshold(0.7, True)
    press(opened, Qt.Key.Key_N)
    assert opened.window.status_bar.message == "No hit is uncertain."


def test_single_letters_yield_to_text_fields(opened: Desk) -> None:
    field = opened.window.workspace.viewer.transport_bar.timecode
    field.setFocus()
    for key in (Qt.Key.Key_N, Qt.Key.Key_F, Qt.Key.Key_Space, Qt.Key.Key_1, Qt.Key.Key_Delete, Qt.Key.Key_J):
        QTest.keyClick(field, key)
    assert opened.session.selection == frozenset()
    assert not opened.window.transport.is_playing
    assert opened.player.asked_for("audition") == []
    QTest.keyClick(field, Qt.Key.Key_Escape)
    press(opened, Qt.Key.Key_N)
    assert opened.session.selection == {"h3"}


def test_a_number_field_keeps_its_own_keys(qtbot: QtBot, opened: Desk) -> None:
    from tests.foley_app.test_hit_commands import sound

    opened.session.select(["h2"])
    opened.window.commands.take(sound())
    opened.session.select(["h2"])
    field = opened.window.workspace.inspector.clip_fields.fields["gain"]
    field.setFocus()
    QTest.keyClick(field, Qt.Key.Key_Up)
    assert opened.session.project is not None
    assert opened.session.project.hit("h2").clips[0].gain_db == -2.5
    QTest.keyClick(field, Qt.Key.Key_Return)
    assert field.findChild(QLineEdit).isVisible()  # type: ignore[union-attr]
    QTest.keyClick(field, Qt.Key.Key_Delete)
    assert "h2" in opened.session.project.hits_by_id
    # Its letters are still the window's.
    QTest.keyClick(field, Qt.Key.Key_BracketRight)
    assert opened.session.selection == {"h3"}


def test_a_typed_timecode_moves_the_playhead_or_is_explained(opened: Desk) -> None:
    field = opened.window.workspace.viewer.transport_bar.timecode
    field.setFocus()
    field.setText("01:00:02:15")
    QTest.keyClick(field, Qt.Key.Key_Return)
    assert opened.window.transport.position == round(2.5 * SECOND)
    field.setFocus()
    field.setText("half past two")
    QTest.keyClick(field, Qt.Key.Key_Return)
    assert "is not a timecode" in opened.window.status_bar.message
    assert opened.window.transport.position == round(2.5 * SECOND)


def test_a_digit_auditions_and_return_takes(qtbot: QtBot, opened: Desk) -> None:
    opened.session.select(["h2"])
    qtbot.waitUntil(lambda: bool(opened.engine.jobs), timeout=2000)
    answer(opened.engine.last("candidates"))
    press(opened, Qt.Key.Key_2)
    hit_id, take, gain_db, *_ = opened.player.asked_for("audition")[-1]
    assert (hit_id, take.id, gain_db) == ("h2", "kit-1", -6.0)
    press(opened, Qt.Key.Key_Return)
    assert opened.session.project is not None
    assert opened.session.project.hit("h2").clips[0].active_take == "kit-1"
    assert opened.session.undo_stack.undoText() == "Take “Sound 1” for hit 2"


def test_f_fills_the_silent_hits_and_draws_anew_when_there_are_none(qtbot: QtBot, opened: Desk) -> None:
    from foley_app.candidates import OfferedSound
    from tests.foley_app.test_hit_commands import sound

    chosen: OfferedSound = sound()
    opened.session.select(["h1"])
    opened.window.commands.take(chosen)
    press(opened, Qt.Key.Key_F)
    qtbot.waitUntil(lambda: any(job.kind == "candidates" for job in opened.engine.jobs), timeout=2000)
    answer(opened.engine.last("candidates"))
    qtbot.waitUntil(lambda: opened.session.undo_stack.undoText() == "Fill 5 hits", timeout=2000)
    assert opened.session.project is not None
    assert opened.session.project.hit("h1").clips[0].active_take == chosen.take.id
    press(opened, Qt.Key.Key_F)
    qtbot.waitUntil(lambda: opened.session.undo_stack.undoText() == "Fill 6 hits", timeout=2000)


def test_the_threshold_acts_at_once_and_a_drag_is_one_step(opened: Desk) -> None:
    slider = opened.window.status_bar.findChild(QSlider)
    assert slider is not None
    slider.setSliderDown(True)
    for value in (60, 75, 85):
        slider.setValue(value)
        assert opened.session.project is not None
        assert opened.session.project.threshold == value / 100
    slider.setSliderDown(False)
    assert opened.session.undo_stack.count() == 1
    assert [hit.id for hit in opened.session.project.shown_hits] == ["h1", "h4"]
    assert "2 hits" in opened.window.status_bar._counts.text()


def test_the_status_bar_counts(opened: Desk) -> None:
    status = opened.window.status_bar
    assert status._counts.text() == "6 hits, 2 uncertain"
    assert status._sounded.text() == "0 of 6 sounded"


def test_the_inspector_follows_the_selection(opened: Desk) -> None:
    opened.session.select(["h2"])
    assert opened.window.workspace.inspector._title.text() == "Hit 2 of 6"
    opened.session.select(["h2", "h3"])
    assert opened.window.workspace.inspector._title.text() == "2 hits"


def test_the_contact_is_drawn_for_one_hit_and_can_be_moved(opened: Desk) -> None:
    opened.session.select(["h2"])
    mark = opened.window.workspace.viewer.picture._mark
    assert mark is not None and mark.label == "hit 2 · wood"
    opened.window.workspace.viewer.picture.contact_moved.emit(0.25, 0.75, True)
    assert opened.session.project is not None
    contact = opened.session.project.hit("h2").contact
    assert contact is not None and (contact.x, contact.y) == (0.25, 0.75)


def drop(desk: Desk, path: Path) -> QDropEvent:
    carried = QMimeData()
    carried.setUrls([QUrl.fromLocalFile(str(path))])
    event = QDropEvent(
        QPointF(50, 50),
        Qt.DropAction.CopyAction,
        carried,
        Qt.MouseButton.LeftButton,
        Qt.KeyboardModifier.NoModifier,
    )
    desk.window.dropEvent(event)
    return event


def test_a_dropped_video_opens(desk: Desk, video_file: Path) -> None:
    drop(desk, video_file)
    assert desk.engine.last("new_project").arguments == {"path": str(video_file)}


def test_a_dropped_text_is_left_alone(desk: Desk, tmp_path: Path) -> None:
    drop(desk, tmp_path / "notes.txt")
    assert not desk.engine.jobs
    assert desk.questions.errors == []


def test_a_dead_child_is_said_in_the_status_bar(opened: Desk) -> None:
    opened.engine.restarted.emit("The engine process ended: it crashed (signal 9). It was started again.")
    assert "crashed (signal 9)" in opened.window.status_bar.message
    opened.player.restarted.emit(
        "The player ended while “clip.mp4” was open: it crashed. It was started again."
    )
    assert "“clip.mp4”" in opened.window.status_bar.message


def test_no_audio_device_is_said_and_nothing_stops(opened: Desk) -> None:
    status = opened.window.status_bar
    opened.player.device.emit(
        DeviceState(None, 0.0, 48_000, "There is no sound because no device was found.")
    )
    assert status._device.isVisibleTo(status)
    assert status._device.toolTip() == "There is no sound because no device was found."
    opened.player.device.emit(DeviceState("Speakers", 12.0, 48_000, ""))
    assert not status._device.isVisibleTo(status)


def test_a_failed_job_is_one_sentence_without_a_traceback(opened: Desk) -> None:
    opened.window.actions_by_name["analyse"].trigger()
    opened.engine.last("analyse").failed.emit("“clip.mp4” breaks off in the middle.")
    assert opened.questions.errors == ["“clip.mp4” breaks off in the middle."]


def test_the_error_dialog_shows_the_sentence(qtbot: QtBot, opened: Desk) -> None:
    from foley_app.dialogs.questions import show_message

    dialog = show_message(opened.window, "“notes.txt” is not a video.")
    qtbot.waitExposed(dialog)
    assert any(label.text() == "“notes.txt” is not a video." for label in dialog.findChildren(QLabel))
    QTest.keyClick(dialog, Qt.Key.Key_Escape)
    assert not dialog.isVisible()


def test_a_missing_picture_is_said_where_the_picture_would_be(
    desk: Desk, project: Project, video_file: Path
) -> None:
    video_file.unlink()
    desk.session.open(project)
    picture = desk.window.workspace.viewer.picture
    assert "“clip.mp4” is missing" in picture._message


def test_closing_asks_about_unsaved_changes_and_stops_the_children(opened: Desk) -> None:
    opened.window.commands.set_threshold(0.3, True)
    opened.questions.unsaved_answer = "cancel"
    assert not opened.window.close()
    opened.questions.unsaved_answer = "discard"
    assert opened.window.close()
    assert opened.engine.is_stopped
    assert opened.player.asked_for("shut_down")


def test_the_theme_changes_at_once(opened: Desk) -> None:
    opened.window.actions_by_name["light_theme"].trigger()
    assert opened.settings.value(THEME) == "light"
    assert current_palette().name == "light"
    opened.window.actions_by_name["light_theme"].trigger()
    assert current_palette().name == "dark"


def test_the_player_gets_the_document_and_its_edits(qtbot: QtBot, opened: Desk, video_file: Path) -> None:
    assert opened.player.asked_for("open") == [(video_file,)]
    opened.window.commands.set_threshold(0.3, True)
    edited = opened.session.project
    qtbot.waitUntil(
        lambda: [c[0] for c in opened.player.asked_for("set_project")][-1:] == [edited], timeout=2000
    )


def test_every_command_is_connected_and_no_key_is_given_twice(desk: Desk) -> None:
    names = [command.name for command in named_commands()]
    assert len(names) == len(set(names)) == len(desk.window.actions_by_name)
    keys = [key for command in COMMANDS for key in command.keys]
    # Escape stops what is generated, else it closes a note: the two are never to be had at once.
    keys.remove("Esc")
    assert len(keys) == len(set(keys))


def test_the_level_line_is_drawn_by_keyboard(opened: Desk) -> None:
    opened.window.transport.seek(3 * SECOND)
    press(opened, Qt.Key.Key_Y)
    opened.window.transport.seek(5 * SECOND)
    press(opened, Qt.Key.Key_Y)
    project = opened.session.project
    assert project is not None
    assert [point.position for point in project.loudness.automation] == [3 * SECOND, 5 * SECOND]
    press(opened, Qt.Key.Key_BracketLeft, Qt.KeyboardModifier.AltModifier)
    timeline = opened.window.workspace.timeline
    assert timeline is not None and timeline.stage.level.chosen == 0


def test_snapping_and_hidden_hits_are_switched_from_the_view_menu(opened: Desk) -> None:
    timeline = opened.window.workspace.timeline
    assert timeline is not None
    press(opened, Qt.Key.Key_S)
    assert timeline.snaps_to_frames
    press(opened, Qt.Key.Key_S)
    assert not timeline.snaps_to_frames
    press(opened, Qt.Key.Key_B)
    assert timeline._shows_candidates


@pytest.mark.parametrize("name", ["export", "preferences", "library", "shortcuts", "find_command", "about"])
def test_dialogs_open_and_close_by_keyboard(qtbot: QtBot, opened: Desk, name: str) -> None:
    opened.window.actions_by_name[name].trigger()
    dialog = opened.window.findChild(__import__("PySide6.QtWidgets", fromlist=["QDialog"]).QDialog)
    assert dialog is not None and dialog.isVisible()
    QTest.keyClick(dialog, Qt.Key.Key_Escape)
    assert not dialog.isVisible()


def test_a_command_is_found_by_its_words_and_run(qtbot: QtBot, opened: Desk) -> None:
    from foley_app.dialogs.command_palette import CommandPalette

    opened.window.actions_by_name["find_command"].trigger()
    palette = opened.window.findChild(CommandPalette)
    assert palette is not None
    QTest.keyClicks(palette._entry, "all hits select")
    QTest.keyClick(palette._entry, Qt.Key.Key_Return)
    assert len(opened.session.selection) == 6
