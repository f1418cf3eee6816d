from pathlib import Path

import numpy as np
import pytest

from engine.errors import MediaError, UserFacingError
from engine.job import SILENT_JOB
from engine.learning.example import Stretch
from engine.learning.footage import LEAST_RANGE_DB, heard_example, listen, videos_in
from tests.media_factory import clicks, make_video

RATE = 48_000
CLICKS_S = (0.5, 1.1, 1.6)


def knocks(times_s, duration_s=2.0, background=0.0):
    """Noise bursts that die away, over a background of noise."""
    rng = np.random.default_rng(0)
    sound = background * rng.standard_normal((round(duration_s * RATE), 1)).astype(np.float32)
    for time_s in times_s:
        decay = np.exp(-np.arange(RATE // 5) / 1500)[:, None]
        start = round(time_s * RATE)
        sound[start : start + len(decay)] += (0.4 * decay * rng.standard_normal(decay.shape)).astype(
            np.float32
        )
    return sound


@pytest.fixture(scope="module")
def knocking(tmp_path_factory) -> Path:
    folder = tmp_path_factory.mktemp("footage")
    return make_video(folder / "knocks.mkv", count=50, audio=knocks(CLICKS_S), audio_codec="pcm_s16le")


def test_videos_are_found_in_folders_once_and_in_order(tmp_path: Path):
    for name in ("b/take 2.MOV", "b/.hidden.mp4", "a.mp4", "notes.txt", "odd.bin"):
        path = tmp_path / name
        path.parent.mkdir(exist_ok=True)
        path.touch()
    found = videos_in([tmp_path / "odd.bin", tmp_path, tmp_path / "a.mp4"])
    assert [path.relative_to(tmp_path).as_posix() for path in found] == ["odd.bin", "a.mp4", "b/take 2.MOV"]
    with pytest.raises(UserFacingError, match="doesn't exist"):
        videos_in([tmp_path / "missing"])


def test_a_stretch_is_heard_at_its_own_place(knocking: Path):
    whole = listen(Stretch(knocking, 0.0, 2.0), SILENT_JOB)
    assert whole.onsets_s == pytest.approx(CLICKS_S, abs=0.003)
    assert whole.range_db > 40
    late = listen(Stretch(knocking, 0.9, 1.8), SILENT_JOB)
    assert late.onsets_s == pytest.approx(CLICKS_S[1:], abs=0.003)
    assert late.levels.times_s[0] == pytest.approx(0.9 + 1 / 60)
    at = np.interp(1.13, late.levels.times_s, late.levels.level_db)
    assert at == pytest.approx(np.interp(1.13, whole.levels.times_s, whole.levels.level_db), abs=3)


def test_levels_are_not_learned_from_a_sound_with_something_else_over_it(tmp_path: Path):
    path = make_video(
        tmp_path / "loud.mkv", count=50, audio=knocks(CLICKS_S, background=0.1), audio_codec="pcm_s16le"
    )
    heard = listen(Stretch(path, 0.0, 2.0), SILENT_JOB)
    assert len(heard.onsets) >= 3
    assert heard.range_db < LEAST_RANGE_DB
    times_s, likely = np.arange(60) / 30, np.random.default_rng(0).random(60)
    assert heard_example(heard, times_s, likely).levels is None


def test_a_heard_stretch_becomes_an_example(knocking: Path):
    heard = listen(Stretch(knocking, 0.0, 2.0), SILENT_JOB)
    times_s = np.arange(60) / 30
    likely = np.full(60, 0.1)
    likely[np.round(np.array(CLICKS_S) * 30).astype(int)] = 0.5
    example = heard_example(heard, times_s, likely)
    assert example.seen_s == pytest.approx(CLICKS_S, abs=0.003)
    assert example.levels is not None
    assert all(contact.action is None for contact in example.contacts), "nobody said hit or scratch"


def test_nothing_is_known_after_the_sound_has_ended(knocking: Path):
    heard = listen(Stretch(knocking, 1.0, 9.0), SILENT_JOB)
    assert heard.stretch.start_s == 1.0
    assert heard.stretch.end_s == pytest.approx(2.0, abs=0.01)


def test_no_sound_is_an_error_of_the_file(tmp_path: Path):
    with pytest.raises(MediaError):
        listen(Stretch(make_video(tmp_path / "silent.mp4"), 0.0, 1.0), SILENT_JOB)
    short = make_video(tmp_path / "short.mkv", audio=clicks(RATE // 2, [100]), audio_codec="pcm_s16le")
    with pytest.raises(MediaError, match="no sound from 1 s on"):
        listen(Stretch(short, 1.0, 1.2), SILENT_JOB)
