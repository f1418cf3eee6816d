"""What a film's pictures show at a generator's clock."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from engine.models.picture_sound import PictureSoundConfig
from engine.synthesis.sample_rnn.looks import Looks
from tests.media_factory import make_video, picture_number


def _numbers(pictures: Sequence[NDArray[np.uint8]]) -> NDArray[np.float32]:
    return np.array([[picture_number(picture)] for picture in pictures], np.float32)


def test_pictures_are_looked_at_when_they_are_shown_and_again_after_a_while(tmp_path: Path) -> None:
    video = make_video(tmp_path / "film.mp4", count=50, rate=25, size=(64, 48))
    config = PictureSoundConfig(sample_rate=16_000, samples_per_picture=1280, looks_every=3)  # 12.5 a second
    whole = Looks(video, config, _numbers).take(25)[:, 0]
    np.testing.assert_array_equal(whole, [2 * (number - number % 3) for number in range(25)])


def test_a_range_shows_what_the_whole_does(tmp_path: Path) -> None:
    video = make_video(tmp_path / "film.mp4", count=50, rate=25, size=(64, 48))
    config = PictureSoundConfig(sample_rate=16_000, samples_per_picture=1280, looks_every=3)
    whole = Looks(video, config, _numbers).take(25)
    looks = Looks(video, config, _numbers, first=10)
    np.testing.assert_array_equal(np.concatenate((looks.take(4), looks.take(6))), whole[10:20])


def test_a_range_may_begin_while_a_picture_stands(tmp_path: Path) -> None:
    video = make_video(tmp_path / "film.mp4", count=8, rate=4, size=(64, 48))
    config = PictureSoundConfig(sample_rate=16_000, samples_per_picture=1280)
    whole = Looks(video, config, _numbers).take(40)
    for first in (9, 30):
        np.testing.assert_array_equal(
            Looks(video, config, _numbers, first=first).take(5), whole[first : first + 5]
        )


def test_after_its_end_a_film_shows_its_last_picture(tmp_path: Path) -> None:
    video = make_video(tmp_path / "film.mp4", count=10, rate=25, size=(64, 48))
    config = PictureSoundConfig(sample_rate=16_000, samples_per_picture=1280, looks_every=1)
    assert Looks(video, config, _numbers).take(9)[-1, 0] == 9
