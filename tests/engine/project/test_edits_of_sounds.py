"""Edits of clips, tracks, generated tracks and the project's settings, as tables."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from fractions import Fraction

import pytest
from example_projects import full_project, kit_take, library_take, row_of_hits

from engine.errors import EditError
from engine.project import edits
from engine.project.document import AutomationPoint, Clip, Hit, MediaReference, Project, Track, Video
from engine.project.timebase import TimecodeError


def two_layers() -> Project:
    main = Clip("main", (kit_take(1),), "take1", gain_db=-3.0, start=100, length=50)
    layer = Clip("layer", (kit_take(2),), "take2", gain_db=20.0)
    return Project("p", length=96_000, hits=(Hit("a", 0, clips=(main, layer)), Hit("b", 48_000)))


def test_the_first_take_makes_a_clip() -> None:
    before = two_layers()
    project = edits.choose_take(before, "b", kit_take(5), gain_db=-6)
    (clip,) = project.hit("b").clips
    assert (clip.take, clip.gain_db, clip.length) == (kit_take(5), -6.0, 0)
    assert project.hit("b").edited
    assert project.hit("a") is before.hit("a")


def test_a_scratch_is_filled_by_the_take_chosen() -> None:
    project = edits.set_action(two_layers(), ["b"], "scratch", 4_800)
    assert edits.choose_take(project, "b", kit_take(5)).hit("b").clips[0].length == 4_800
    assert edits.choose_take(project, "b", kit_take(5), length=77).hit("b").clips[0].length == 77


def test_another_take_joins_and_begins_at_its_start() -> None:
    before = two_layers()
    project = edits.choose_take(before, "a", library_take(7))
    clip, layer = project.hit("a").clips
    assert [take.id for take in clip.takes] == ["take1", "file7"]
    assert (clip.active_take, clip.start, clip.length, clip.gain_db) == ("file7", 0, 0, -3.0)
    assert layer is before.hit("a").clips[1]
    again = edits.choose_take(project, "a", library_take(7))
    assert again is project
    back = edits.choose_take(project, "a", kit_take(1))
    assert [take.id for take in back.hit("a").clips[0].takes] == ["take1", "file7"]
    assert back.hit("a").clips[0].active_take == "take1"


def test_a_take_goes_to_the_layer_named() -> None:
    project = edits.choose_take(two_layers(), "a", kit_take(3), clip_id="layer", gain_db=99)
    assert project.hit("a").clips[0] == two_layers().hit("a").clips[0]
    assert project.hit("a").clips[1].active_take == "take3"
    assert project.hit("a").clips[1].gain_db == 24.0


def test_layers_come_and_go() -> None:
    project = edits.add_layer(two_layers(), "a", kit_take(3), -1.0)
    assert [clip.active_take for clip in project.hit("a").clips] == ["take1", "take2", "take3"]
    assert len({clip.id for clip in project.hit("a").clips}) == 3
    fewer = edits.remove_clip(project, "a", "main")
    assert [clip.active_take for clip in fewer.hit("a").clips] == ["take2", "take3"]
    with pytest.raises(EditError, match="main"):
        edits.remove_clip(fewer, "a", "main")


@pytest.mark.parametrize(
    ("edit", "field", "expected"),
    [
        (lambda p, c: edits.set_gain(p, ["a", "b"], -10, c), "gain_db", -10.0),
        (lambda p, c: edits.set_gain(p, ["a"], 100, c), "gain_db", 24.0),
        (lambda p, c: edits.set_gain(p, ["a"], -100, c), "gain_db", -60.0),
        (lambda p, c: edits.set_pan(p, ["a"], -2, c), "pan", -1.0),
        (lambda p, c: edits.set_pitch(p, ["a"], 25, c), "pitch_semitones", 24.0),
        (lambda p, c: edits.set_pitch(p, ["a"], -0.5, c), "pitch_semitones", -0.5),
        (lambda p, c: edits.set_offset(p, ["a"], -480, c), "offset", -480),
        (lambda p, c: edits.set_fades(p, ["a"], 5, 6, c), "fade_in", 5),
        (lambda p, c: edits.set_fades(p, ["a"], None, 6, c), "fade_out", 6),
        (lambda p, c: edits.set_fades(p, ["a"], -5, 6, c), "fade_in", 0),
    ],
)
@pytest.mark.parametrize(("clip_id", "index"), [(None, 0), ("main", 0), ("layer", 1)])
def test_absolute_values_reach_one_clip(
    edit: Callable[[Project, str | None], Project],
    field: str,
    expected: float,
    clip_id: str | None,
    index: int,
) -> None:
    before = two_layers()
    after = edit(before, clip_id)
    assert getattr(after.hit("a").clips[index], field) == expected
    assert after.hit("a").clips[1 - index] is before.hit("a").clips[1 - index]
    assert after.hit("b") is before.hit("b")


def test_nudging_keeps_the_balance_of_layers_up_to_the_limit() -> None:
    nudged = edits.nudge_gain(two_layers(), ["a", "b"], 3.0)
    assert [clip.gain_db for clip in nudged.hit("a").clips] == [0.0, 23.0]
    assert [clip.gain_db for clip in edits.nudge_gain(nudged, ["a"], 3.0).hit("a").clips] == [3.0, 24.0]


def test_tracks() -> None:
    before = full_project()
    project = edits.add_track(before, " Moves ", track_id="m")
    assert project.tracks[-1] == Track("m", "Moves")
    project = edits.set_track_gain(project, "m", 30)
    project = edits.set_track_pan(project, "m", 0.5)
    project = edits.set_track_mute(project, "m", True)
    project = edits.set_track_solo(project, "m", True)
    project = edits.rename_track(project, "m", "Moves 2")
    assert project.tracks[-1] == Track("m", "Moves 2", 24.0, 0.5, True, True)
    assert project.hits is before.hits
    assert edits.assign_track(project, ["a"], "m").hit("a").track == "m"


def test_a_removed_track_hands_its_hits_over_even_locked_ones() -> None:
    project = edits.remove_track(full_project(), "feet")
    assert {hit.track for hit in project.hits} == {"props"}
    assert project.hit("b").locked
    with pytest.raises(EditError, match="last track"):
        edits.remove_track(project, "props")


def test_generated_tracks() -> None:
    before = full_project()
    track = replace(before.generated[0], id="gen2")
    project = edits.add_generated_track(before, track)
    project = edits.set_generated_gain(project, "gen2", -100)
    project = edits.set_generated_pan(project, "gen2", 3)
    project = edits.set_generated_mute(project, "gen2", False)
    project = edits.set_generated_solo(project, "gen2", False)
    project = edits.move_generated_track(project, "gen2", 10**9)
    project = edits.rename_generated_track(project, "gen2", "Third")
    assert project.generated[1] == replace(
        track, name="Third", gain_db=-60.0, pan=1.0, mute=False, solo=False, position=479_999
    )
    assert project.generated[0] is before.generated[0]
    assert edits.remove_generated_track(project, "gen2") == before


def test_the_level_line_is_ordered_and_bounded() -> None:
    project = edits.set_automation(
        row_of_hits(1),
        [
            AutomationPoint(900, 99),
            AutomationPoint(-4, 1),
            AutomationPoint(900, -3),
            AutomationPoint(10**9, 0),
        ],
    )
    assert project.loudness.automation == (
        AutomationPoint(0, 1.0),
        AutomationPoint(900, -3.0),
        AutomationPoint(project.length, 0.0),
    )


def picture(rate: Fraction = Fraction(25)) -> Video:
    return Video(MediaReference("a.mp4"), 640, 360, rate, 48_000)


@pytest.mark.parametrize(
    ("rate", "label", "drop_frame", "text"),
    [
        (Fraction(25), None, False, "01:00:00:00"),
        (Fraction(25), "10:00:00:05", False, "10:00:00:05"),
        (Fraction(30_000, 1001), "01:00:00;00", True, "01:00:00;00"),
        (Fraction(30_000, 1001), "01:00:00:00", False, "01:00:00:00"),
        (Fraction(25), "01:00:00;00", False, "01:00:00:00"),
        (Fraction(24), "01:00:00:29", False, "01:00:00:23"),
    ],
)
def test_a_new_project_starts_at_its_pictures_timecode(
    rate: Fraction, label: str | None, drop_frame: bool, text: str
) -> None:
    project = edits.new_project(picture(rate), start_timecode=label)
    assert project.drop_frame is drop_frame
    assert project.timecode.format(project.start_frame) == text
    assert [track.name for track in project.tracks] == ["Foley"]
    assert (project.length, project.frame_rate, project.channels) == (48_000, rate, 2)


def test_a_new_project_refuses_what_is_no_picture() -> None:
    with pytest.raises(EditError, match="width"):
        edits.new_project(replace(picture(), width=0))
    with pytest.raises(TimecodeError):
        edits.new_project(picture(), start_timecode="later")


def test_drop_frame_keeps_the_label() -> None:
    project = edits.new_project(picture(Fraction(30_000, 1001)))
    assert project.start_frame == 108_000
    dropped = edits.set_drop_frame(project, True)
    assert dropped.start_frame == 107_892
    assert dropped.timecode.format(dropped.start_frame) == "01:00:00;00"
    assert edits.set_drop_frame(dropped, False) == project
    with pytest.raises(TimecodeError):
        edits.set_drop_frame(edits.new_project(picture()), True)


def test_settings() -> None:
    project = row_of_hits(1)
    assert edits.set_threshold(project, 7).threshold == 1.0
    assert edits.set_channels(project, 1).channels == 1
    assert edits.set_blend(project, -1).blend == 0.0
    assert edits.set_keep_original_audio(project, True).keep_original_audio
    assert edits.set_start_timecode(project, "00:00:01:05").start_frame == 30
    relinked = edits.relink_video(full_project(), MediaReference("elsewhere/b.mov", "sha256:ff"))
    assert relinked.video is not None
    assert relinked.video.media.path == "elsewhere/b.mov"
    assert relinked.video.width == 1920
