"""Hits timed by a video's own sound: where it clicks, how loud, wherever the sound is cut into parts."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from engine.analysis.analyse import analyse
from engine.analysis.contract import analysis_to_json, hit_to_json
from engine.analysis.sound_onsets import SoundOnsets, SoundOnsetsConfig
from engine.errors import Cancelled, MediaError
from engine.features.loudness import frame_levels_db
from engine.job import SILENT_JOB, Job
from engine.media.audio import read_audio
from engine.media.probe import require_video
from tests.media_factory import make_video

RATE = 48_000
CONTACTS_S = (0.41, 0.93, 1.502, 2.21, 2.98, 3.55)


def knocks(times_s: tuple[float, ...], duration_s: float = 4.0) -> NDArray[np.float32]:
    """Bursts that die away, each fainter than the one before, over a faint hiss."""
    random = np.random.default_rng(0)
    samples = random.normal(0, 1e-4, round(duration_s * RATE))
    for number, time_s in enumerate(times_s):
        start = round(time_s * RATE)
        decay = np.exp(-np.arange(len(samples) - start) / (0.02 * RATE))
        samples[start:] += 0.5 * 0.8**number * decay * random.uniform(-1, 1, len(decay))
    return samples.astype(np.float32)[:, None]


@pytest.fixture(scope="module")
def video(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("videos") / "knocks.mp4"
    return make_video(path, count=100, audio=knocks(CONTACTS_S))


def test_hits_are_where_it_knocks(video: Path) -> None:
    events: list[dict] = []
    analysis = analyse(video, model="sound-onsets", materials=False, job=Job(on_event=events.append))
    assert [hit.time_s for hit in analysis.hits] == pytest.approx(CONTACTS_S, abs=0.004)
    levels = [hit.level_db for hit in analysis.hits]
    assert levels == sorted(levels, reverse=True)
    assert all(hit.contact is None and hit.action == "hit" for hit in analysis.hits)
    assert events == [{"event": "hit", "hit": hit_to_json(hit)} for hit in analysis.hits]
    assert analysis.notes == ()
    analysis_to_json(analysis)


def test_the_level_curve_is_the_sounds(video: Path) -> None:
    analysis = analyse(video, model="sound-onsets", materials=False)
    assert analysis.frame_times_s == pytest.approx(np.arange(100) / 25)
    expected = frame_levels_db(read_audio(video, channels=1), RATE, analysis.frame_times_s)
    assert analysis.level_db == pytest.approx(expected, abs=1e-6)


def test_where_parts_end_changes_nothing(video: Path) -> None:
    media = require_video(video)
    whole = SoundOnsets().detect(media, 0.5, SILENT_JOB)
    parts = SoundOnsets(SoundOnsetsConfig(block_s=0.7, margin_s=2.0)).detect(media, 0.5, SILENT_JOB)
    times_s = [[hit.time_s for hit in analysis.hits] for analysis in (whole, parts)]
    assert times_s[0] == pytest.approx(times_s[1], abs=1e-3)
    assert whole.level_db == pytest.approx(parts.level_db, abs=1e-6)


def test_a_sound_shorter_or_longer_than_the_picture(tmp_path: Path) -> None:
    short = make_video(tmp_path / "short.mp4", count=100, audio=knocks((0.41,), 1.0))
    analysis = analyse(short, model="sound-onsets", materials=False)
    assert [hit.time_s for hit in analysis.hits] == pytest.approx([0.41], abs=0.004)
    assert analysis.level_db[40:] == pytest.approx(-80)
    long = make_video(tmp_path / "long.mp4", count=50, audio=knocks((0.41, 3.1)))
    assert len(analyse(long, model="sound-onsets", materials=False).hits) == 1


def test_silence_has_no_hits_and_no_sound_is_told(tmp_path: Path) -> None:
    mute = make_video(tmp_path / "mute.mp4", count=50, audio=np.zeros((96_000, 1), np.float32))
    assert analyse(mute, model="sound-onsets", materials=False).hits == ()
    with pytest.raises(MediaError, match=r"“none.mp4” has no sound"):
        analyse(make_video(tmp_path / "none.mp4", count=50), model="sound-onsets", materials=False)


def test_it_can_be_cancelled(video: Path) -> None:
    asked = iter(range(1000))
    with pytest.raises(Cancelled):
        analyse(video, model="sound-onsets", materials=False, job=Job(is_cancelled=lambda: next(asked) > 10))
