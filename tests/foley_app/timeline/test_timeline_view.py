"""The view as a whole: what is shown, what is repainted, how it follows."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import numpy as np
import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QColor, QImage
from PySide6.QtWidgets import QApplication

from engine.project.document import GeneratedTrack, Hit, Project, Track
from foley_app.theme.palette import DARK, LIGHT
from foley_app.theme.theme import apply_theme
from foley_app.timeline.timeline_view import TimelineView
from foley_app.timeline.tips import hit_tip
from tests.foley_app.timeline.conftest import TAKE
from tests.foley_app.timeline.mouse import SECOND, Mouse

Listen = Callable[..., list[tuple[object, ...]]]


def titles(view: TimelineView) -> list[str]:
    return [view.stage.header(lane.key).title for lane in view.stage.lanes]


def painted_rows(view: TimelineView, image: QImage, colour: str) -> set[int]:
    wanted = QColor(colour)
    return {
        y
        for y in range(image.height())
        for x in range(0, image.width(), 5)
        if image.pixelColor(x, y) == wanted
    }


def test_lanes_of_a_new_project(view: TimelineView, project: Project) -> None:
    view.set_project(project)
    assert titles(view) == ["Picture", "Level", "Hits", "Foley"]


def test_a_track_each_once_their_peaks_are_known_else_the_mix_above(
    view: TimelineView, project: Project
) -> None:
    both = replace(
        project,
        tracks=(Track("t", "Foley"), Track("feet", "Feet")),
        generated=(GeneratedTrack("g", "SampleRNN take 2", TAKE, 0, 10 * SECOND),),
    )
    view.set_project(both)
    assert titles(view)[3:] == ["Mix", "Foley", "Feet", "SampleRNN take 2"]
    peaks = np.tile(np.array([[-0.5, 0.5]], np.float32), (100, 1))
    view.set_lane_peaks("t", peaks)
    view.set_lane_peaks("feet", peaks)
    assert titles(view)[3:] == ["Foley", "Feet", "SampleRNN take 2"]
    view.set_lane_peaks("guide", peaks)
    assert titles(view)[3:] == ["Foley", "Feet", "SampleRNN take 2", "Guide sound"]
    view.set_lane_peaks("guide", None)
    assert titles(view)[-1] == "SampleRNN take 2"


def test_one_track_shows_the_mix(view: TimelineView, project: Project) -> None:
    view.set_project(project)
    lane = view.stage.sounds[0]
    middle = round(lane.y()) + lane.height // 2 + 10
    before = view.stage.canvas.grab().toImage()
    assert before.pixelColor(500, middle) != QColor(DARK.sound)
    view.set_lane_peaks("mix", np.tile(np.array([[-0.9, 0.9]], np.float32), (1875, 1)))
    after = view.stage.canvas.grab().toImage()
    assert after.pixelColor(500, middle) == QColor(DARK.sound)


def test_a_renamed_track_keeps_its_lane(view: TimelineView, project: Project) -> None:
    view.set_project(project)
    lane = view.stage.sounds[0]
    view.set_project(replace(project, tracks=(Track("t", "Props"),)))
    assert view.stage.sounds[0] is lane
    assert titles(view)[3] == "Props"


def test_header_buttons_ask_and_show_the_document(view: TimelineView, project: Project, told: Listen) -> None:
    tracks = replace(project, generated=(GeneratedTrack("g", "Take", TAKE),))
    view.set_project(tracks)
    mutes, solos, generated = (
        told(view.track_mute_requested),
        told(view.track_solo_requested),
        told(view.generated_mute_requested),
    )
    header = view.stage.header("t")
    assert header.mute_button is not None
    assert header.solo_button is not None
    assert min(header.mute_button.width(), header.mute_button.height()) >= 24
    assert header.mute_button.accessibleName() == "Mute Foley"
    header.mute_button.click()
    header.solo_button.click()
    view.stage.header("g").mute_button.click()  # type: ignore[union-attr]
    assert mutes == [("t", True)]
    assert solos == [("t", True)]
    assert generated == [("g", True)]
    # Nobody changed the document, so the buttons go back to what it says.
    assert not header.mute_button.isChecked()
    view.set_project(replace(tracks, tracks=(Track("t", "Foley", mute=True),)))
    assert header.mute_button.isChecked()
    assert view.stage.sounds[0].is_quiet


def repainted(
    view: TimelineView, project: Project, qtbot: object, monkeypatch: pytest.MonkeyPatch
) -> set[str]:
    """Keys of the lanes that ask for a repaint when this project comes."""
    asked: set[str] = set()
    for lane in view.stage.lanes:
        monkeypatch.setattr(lane, "update", lambda *_, key=lane.key: asked.add(key))
    view.set_project(project)
    monkeypatch.undo()
    return asked


def test_only_what_changed_is_painted_again(
    view: TimelineView, project: Project, qtbot: object, monkeypatch: pytest.MonkeyPatch
) -> None:
    view.set_project(project)
    same = replace(project, keep_original_audio=True)
    assert repainted(view, same, qtbot, monkeypatch) == set()
    louder = replace(same, loudness=replace(same.loudness, automation=()))
    assert repainted(view, louder, qtbot, monkeypatch) == {"level"}
    fewer = replace(louder, hits=louder.hits[1:])
    assert "hits" in repainted(view, fewer, qtbot, monkeypatch)


def test_another_document_is_shown_whole_and_without_the_old_peaks(
    view: TimelineView, project: Project
) -> None:
    view.set_project(project)
    view.set_lane_peaks("mix", np.ones((10, 2), np.float32))
    view.zooming.zoom_in()
    view.set_project(replace(project, id="other", length=20 * SECOND))
    assert view.axis.is_fitted
    assert view.axis.length == 20 * SECOND
    assert not view.stage.sounds[0].has_waveform


def test_an_edit_keeps_the_view_where_it_is(view: TimelineView, project: Project) -> None:
    view.set_project(project)
    view.zoom_about(4, 200)
    axis = view.axis
    view.set_project(replace(project, hits=project.hits[:3]))
    assert view.axis == axis


def test_without_a_video_a_sentence_is_there(view: TimelineView, project: Project) -> None:
    assert view._empty.isVisible()
    view.set_project(project)
    assert not view._empty.isVisible()
    view.set_project(None)
    assert view._empty.isVisible()


def test_zoom_keeps_the_playhead_in_place_and_fit_shows_all(view: TimelineView, project: Project) -> None:
    view.set_project(project)
    view.set_playhead(3 * SECOND)
    x = view.axis.x_of(3 * SECOND)
    view.zooming.zoom_in()
    assert view.axis.x_of(3 * SECOND) == pytest.approx(x)
    assert not view.axis.is_fitted
    view.zooming.zoom_out()
    assert view.axis.is_fitted
    view.zooming.zoom_in()
    view.zooming.zoom_to_fit()
    assert view.axis.is_fitted


def test_zoom_to_the_selection_shows_all_of_it(view: TimelineView, project: Project) -> None:
    view.set_project(project)
    view.set_selection(frozenset(("h6", "scratch")))
    view.zooming.zoom_to_selection()
    assert 0 < view.axis.x_of(6 * SECOND) < view.axis.x_of(7.5 * SECOND) < 1000
    assert view.axis.samples_per_pixel < 3 * SECOND / 1000


def test_the_view_turns_by_pages_while_playing(view: TimelineView, project: Project) -> None:
    view.set_project(project)
    view.zoom_about(5, 0)
    view.set_playing(True)
    start = view.axis.start
    end = round(view.axis.end)
    view.set_playhead(end - 100)
    assert view.axis.start == start
    view.set_playhead(end + 100)
    assert view.axis.x_of(end + 100) == pytest.approx(60)
    view.scroll_by(600)
    elsewhere = view.axis.start
    view.set_playhead(end + 2000)
    assert view.axis.start == elsewhere
    view.set_playing(False)
    view.set_playhead(end + 2001)
    assert 0 <= view.axis.x_of(end + 2001) <= 1000


def test_a_moving_playhead_repaints_only_its_own_strip(view: TimelineView, project: Project) -> None:
    view.set_project(project)
    view.set_playhead(2 * SECOND)
    QApplication.processEvents()
    exposed: list[float] = []
    lane = view.stage.level
    draw = lane.draw_lane
    lane.draw_lane = lambda painter, left, right: (exposed.append(right - left), draw(painter, left, right))[
        1
    ]  # type: ignore[method-assign]
    view.set_playhead(2 * SECOND + 4000)
    QApplication.processEvents()
    assert exposed
    assert max(exposed) < 60


def test_the_playhead_stands_on_its_position(view: TimelineView, project: Project) -> None:
    view.set_project(project)
    view.set_playhead(5 * SECOND)
    image = view.stage.canvas.grab().toImage()
    row = round(view.stage.picture.y()) + 5
    wanted = QColor(DARK.playhead)
    columns = [x for x in range(1000) if image.pixelColor(x, row) == wanted]
    assert columns
    assert abs(np.mean(columns) + 0.5 - view.axis.x_of(5 * SECOND)) <= 0.75


def test_the_level_is_drawn_where_it_is_loud(view: TimelineView, project: Project) -> None:
    view.set_project(replace(project, loudness=replace(project.loudness, automation=())))
    level = view.stage.level
    image = view.stage.canvas.grab().toImage()
    y = round(level.y()) + round(level.height * 0.6)
    ground = QColor(DARK.lane)
    loud, quiet = round(view.axis.x_of(3.5 * SECOND)), round(view.axis.x_of(5.3 * SECOND))
    assert image.pixelColor(loud, y) != ground
    assert image.pixelColor(quiet, y) == ground


def test_both_themes(view: TimelineView, project: Project) -> None:
    view.set_project(project)
    application = QApplication.instance()
    assert isinstance(application, QApplication)
    try:
        apply_theme(application, "light")
        QApplication.processEvents()
        image = view.stage.canvas.grab().toImage()
        lane = view.stage.hits
        assert image.pixelColor(40, round(lane.y()) + 10) == QColor(LIGHT.lane)
    finally:
        apply_theme(application, "dark")


def test_many_tracks_scroll_and_the_ruler_stays(view: TimelineView, project: Project) -> None:
    many = replace(project, tracks=tuple(Track(f"t{n}", f"Track {n}") for n in range(8)))
    view.set_project(many)
    hidden = view.stage.hidden_height
    assert hidden > 0
    view.scroll_lanes(10_000)
    assert view.stage.scroll == hidden
    last = view.stage.sounds[-1]
    assert last.y() + last.height <= view.stage.canvas.height()
    assert view.stage.ruler.y() == 0
    assert view.stage.header(last.key).y() == last.y()


def test_a_tip_says_when_what_and_how_sure(project: Project) -> None:
    hit = replace(project.hits[2], locked=True)
    tip = hit_tip(replace(project, hits=(hit,)), hit)
    assert "Hit 1 · 00:00:03:00" in tip
    assert "00:03.000" in tip
    assert "wood" in tip
    assert "Confidence 50%" in tip
    assert "locked" in tip
    candidate = Hit("x", SECOND, confidence=0.1)
    assert hit_tip(replace(project, hits=(candidate,)), candidate).startswith("Candidate below the threshold")


def test_what_a_screen_reader_says(view: TimelineView, project: Project, qtbot: object) -> None:
    assert view.accessibleName() == "Timeline"
    view.set_project(project)
    view.set_selection(frozenset(("h2",)))
    qtbot.waitUntil(lambda: "hit 2 selected" in view.accessibleDescription())  # type: ignore[attr-defined]
    assert view.accessibleDescription().startswith("7 hits, 1 uncertain")


def test_the_chosen_level_point_claims_its_keys_from_the_windows_shortcuts(
    view: TimelineView, project: Project, mouse: Mouse
) -> None:
    from PySide6.QtCore import QEvent
    from PySide6.QtGui import QKeyEvent

    def claims() -> bool:
        event = QKeyEvent(QEvent.Type.ShortcutOverride, Qt.Key.Key_Delete, Qt.KeyboardModifier.NoModifier)
        event.ignore()
        QApplication.sendEvent(view, event)
        return event.isAccepted()

    view.set_project(project)
    assert not claims()
    view.stage.level.choose(0)
    assert claims()
    mouse.click(mouse.at(SECOND, view.stage.hits))
    assert not claims()


def test_markers_lie_over_the_playhead_but_under_the_ruler(view: TimelineView, project: Project) -> None:
    many = replace(project, tracks=tuple(Track(f"t{n}", f"Track {n}") for n in range(8)))
    view.set_project(many)
    view.set_playhead(SECOND)
    hits = view.stage.hits
    x = round(view.axis.x_of(SECOND))
    image = view.stage.canvas.grab().toImage()
    playhead = QColor(DARK.playhead)
    near = range(x - 2, x + 3)
    assert any(image.pixelColor(column, round(hits.y()) + 1) == playhead for column in near)
    assert not any(
        image.pixelColor(column, round(hits.y()) + hits.height - 12) == playhead for column in near
    )
    view.scroll_lanes(round(hits.y()) - 10)
    assert 0 < hits.y() < view.stage.ruler.height
    scrolled = view.stage.canvas.grab().toImage()
    view.set_playhead(0)
    ruler = QColor(DARK.panel)
    assert scrolled.pixelColor(x + 4, view.stage.ruler.height - 12) == ruler
