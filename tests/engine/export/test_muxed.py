"""The exported file holds the picture unchanged and every hit where the project says."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from exported_projects import LENGTH, project_of, write_video

from engine.errors import Cancelled, ExportError, MediaError
from engine.export.muxed import ExportSettings, export_video
from engine.export.picture_check import check_picture
from engine.export.self_check import check_export
from engine.job import Job
from engine.media.audio import read_audio
from engine.media.mux import mux
from engine.project.document import Clip, Hit, MediaReference, Project, Take, Track, Video
from engine.synthesis.kit import KitRecipe, kit_take
from engine.synthesis.mixer import render
from engine.synthesis.sound_pool import SoundPool


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("export")
    write_video(folder / "picture.mp4")
    write_video(folder / "talking.mp4", with_sound=True)
    return folder


@pytest.mark.parametrize(
    ("name", "codec"),
    [("a.mp4", None), ("b.mov", None), ("c.mkv", "opus"), ("d.mkv", "flac"), ("e.mp4", "alac")],
)
def test_every_hit_is_where_it_belongs_and_the_picture_is_the_sources(folder, name, codec):
    project = project_of(folder / "picture.mp4")
    report = export_video(project, folder, folder / name, ExportSettings(codec=codec))
    assert report.check is not None
    assert report.check.measured == len(report.check.offsets) == 8
    assert report.check.largest_offset_ms < 0.1
    assert report.check.picture is not None
    assert report.check.picture.is_identical
    assert report.check.picture.packets == 100
    assert abs(report.check.length_error_s) < 0.05
    assert not report.missing
    assert name in str(report)
    if codec in ("flac", "alac"):
        heard = read_audio(folder / name)
        assert np.abs(heard[:LENGTH] - render(project, SoundPool(folder), 0, LENGTH)).max() < 2.0**-15


def test_a_mono_project_with_the_original_sound_kept(folder):
    project = project_of(folder / "talking.mp4", channels=1, keep_original_audio=True)
    report = export_video(project, folder, folder / "kept.mp4")
    assert report.check is not None
    assert report.check.largest_offset_ms < 0.1
    assert report.check.measured == 8


@pytest.mark.parametrize("shift", [-480, -37, 96, 1440])
def test_the_self_check_sees_a_shift(folder, shift):
    project = project_of(folder / "picture.mp4")
    pool = SoundPool(folder)
    mix = render(project, pool, 0, LENGTH)
    shifted = np.roll(mix, shift, axis=0)
    path = folder / "shifted.mkv"
    mux(folder / "picture.mp4", path, [shifted], channels=2, codec="flac")
    check = check_export(path, project, pool)
    for offset in check.offsets:
        assert offset.offset_ms == pytest.approx(shift / 48, abs=0.02)
    assert check.largest_offset_ms == pytest.approx(abs(shift) / 48, abs=0.02)


def test_the_self_check_sees_one_misplaced_hit(folder):
    project = project_of(folder / "picture.mp4")
    pool = SoundPool(folder)
    moved = replace(project.hits[3], position=project.hits[3].position + 240)
    wrong = replace(project, hits=(*project.hits[:3], moved, *project.hits[4:]))
    path = folder / "one_wrong.mkv"
    mux(folder / "picture.mp4", path, [render(wrong, pool, 0, LENGTH)], channels=2, codec="flac")
    offsets = {one.hit_id: one.offset_ms for one in check_export(path, project, pool).offsets}
    assert offsets["h3"] == pytest.approx(5.0, abs=0.02)
    assert all(offsets[f"h{n}"] == pytest.approx(0.0, abs=0.02) for n in (0, 1, 2, 4))


def test_the_self_check_says_what_it_cannot_find(folder):
    project = project_of(folder / "picture.mp4")
    path = folder / "silent.mkv"
    mux(folder / "picture.mp4", path, [np.zeros((LENGTH, 2), dtype=np.float32)], channels=2, codec="flac")
    check = check_export(path, project, SoundPool(folder))
    assert check.measured == 0
    assert len(check.offsets) == 8
    assert check.largest_offset_ms == 0.0
    assert "0 of 8 hits" in str(check)


def test_another_picture_is_told(folder):
    write_video(folder / "shorter.mp4", seconds=3)
    found = check_picture(folder / "picture.mp4", folder / "shorter.mp4")
    assert (found.packets, found.is_identical) == (75, False)
    assert check_picture(folder / "picture.mp4", folder / "picture.mp4").largest_time_error_ms == 0.0


def test_missing_sounds_are_silent_and_told(folder):
    gone = Take("gone", "gone", "library", media=MediaReference("gone.wav"))
    project = project_of(folder / "picture.mp4")
    hit = replace(project.hits[0], clips=(Clip("c", (gone,), "gone"),))
    report = export_video(replace(project, hits=(hit, *project.hits[1:])), folder, folder / "missing.mp4")
    assert [("gone.wav" in sentence) for sentence in report.missing] == [True]
    assert "gone.wav" in str(report)
    assert report.check is not None
    assert len(report.check.offsets) == 7


def test_a_video_that_is_gone_or_was_never_there_is_told(folder):
    project = project_of(folder / "moved.mp4")
    with pytest.raises(ExportError, match=r"moved\.mp4"):
        export_video(project, folder, folder / "out.mp4")
    with pytest.raises(ExportError, match="no video"):
        export_video(replace(project, video=None), folder, folder / "out.mp4")
    (folder / "broken.mp4").write_bytes(b"no video at all")
    with pytest.raises(MediaError, match=r"broken\.mp4"):
        export_video(project_of(folder / "broken.mp4"), folder, folder / "out.mp4")
    assert not (folder / "out.mp4").exists()


def test_cancelling_leaves_the_target_as_it_was(folder):
    target = folder / "target.mp4"
    target.write_bytes(b"older")
    before = sorted(path.name for path in folder.iterdir())
    with pytest.raises(Cancelled):
        export_video(project_of(folder / "picture.mp4"), folder, target, None, Job(is_cancelled=lambda: True))
    assert target.read_bytes() == b"older"
    assert sorted(path.name for path in folder.iterdir()) == before


@pytest.mark.parametrize("limit_bytes", [30, 9_000])
def test_a_disk_that_takes_no_more_leaves_the_target_as_it_was(folder, limit_bytes):
    resource = pytest.importorskip("resource")
    project = project_of(folder / "picture.mp4")
    target = folder / "full.mp4"
    target.write_bytes(b"older")
    before = sorted(path.name for path in folder.iterdir())
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (limit_bytes, hard))
    try:
        with pytest.raises(ExportError, match=r"full\.mp4"):
            export_video(project, folder, target)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
    assert target.read_bytes() == b"older"
    assert sorted(path.name for path in folder.iterdir()) == before


def test_on_a_real_clip_hits_lie_within_a_millisecond(tmp_path, clips):
    truth = json.loads((clips / "truth.json").read_text())
    name = "gh_334.mp4"
    from engine.media.probe import require_video

    stream = require_video(clips / name).video
    assert stream is not None
    length = round(stream.duration_s * 48_000)
    hits = []
    for number, onset_s in enumerate(truth[name]["onsets_s"]):
        take = kit_take(KitRecipe(("wood", "water", "leaf")[number % 3], "hit", number, 0.6))
        clip = Clip(f"c{number}", (take,), take.id)
        hits.append(Hit(f"h{number}", round(onset_s * 48_000), track="feet", clips=(clip,)))
    video = Video(MediaReference(str(clips / name)), stream.width, stream.height, stream.frame_rate, length)
    project = Project(
        "p",
        length=length,
        frame_rate=stream.frame_rate,
        video=video,
        tracks=(Track("feet", "Feet"),),
        hits=tuple(hits),
    )
    check = export_video(project, tmp_path, tmp_path / "out.mp4").check
    assert check is not None
    assert check.measured == len(hits)
    assert check.largest_offset_ms < 1.0
    assert check.picture is not None
    assert check.picture.is_identical
