"""The pictures around contacts: the nearest in time, whatever the rate, at the ends too."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from engine.analysis.contact_pictures import pictures_around, points_in_video
from engine.errors import MediaError
from engine.models.contact_point_net import PICTURE_OFFSETS_S, load_contact_point_model
from tests.media_factory import make_video


@dataclass(frozen=True)
class Numbered:
    """A picture whose gray is its number."""

    time_s: float
    image: NDArray[np.uint8]


def numbered(times_s: NDArray[np.float64], *, rgb: bool = False) -> list[Numbered]:
    shape = (6, 8, 3) if rgb else (6, 8)
    return [
        Numbered(float(time_s), np.full(shape, number, np.uint8)) for number, time_s in enumerate(times_s)
    ]


def numbers_around(times_s: NDArray[np.float64], contacts_s: list[float]) -> list[list[int]]:
    around = list(pictures_around(numbered(times_s), contacts_s, (8, 6)))
    assert [contact for contact, _ in around] == list(range(len(contacts_s)))
    return [pictures[:, 0, 0].tolist() for _, pictures in around]


def test_at_thirty_pictures_a_second():
    assert numbers_around(np.arange(60) / 30, [0.5, 0.55, 1.0]) == [
        [12, 14, 15, 16, 18],
        [13, 15, 16, 17, 19],
        [27, 29, 30, 31, 33],
    ]


@pytest.mark.parametrize("seed", range(5))
def test_the_nearest_at_any_rate(seed: int):
    random = np.random.default_rng(seed)
    times_s = np.cumsum(random.choice([1 / 60, 1 / 24, 1 / 10, 0.4], 200))
    contacts_s = np.sort(random.uniform(times_s[0] - 0.3, times_s[-1] + 0.3, 60))
    for found, contact_s in zip(numbers_around(times_s, contacts_s.tolist()), contacts_s, strict=True):
        for number, offset_s in zip(found, PICTURE_OFFSETS_S, strict=True):
            away_s = np.abs(times_s - (contact_s + offset_s))
            assert away_s[number] == pytest.approx(away_s.min())


def test_ends_repeat_the_picture_nearest_to_them():
    assert numbers_around(np.arange(10) / 30, [0.0, 9 / 30]) == [[0, 0, 0, 1, 3], [6, 8, 9, 9, 9]]


def test_a_contact_is_told_as_soon_as_its_pictures_have_come_by():
    taken: list[float] = []

    def watched():
        for picture in numbered(np.arange(60) / 30):
            taken.append(picture.time_s)
            yield picture

    around = pictures_around(watched(), [0.5, 1.5], (8, 6))
    next(around)
    assert 0.6 <= taken[-1] < 0.7


def test_colour_pictures_are_made_small_and_gray():
    frames = numbered(np.arange(30) / 30, rgb=True)
    (_, pictures), *_ = pictures_around(frames, [0.5], (4, 3))
    assert pictures.shape == (5, 3, 4) and pictures[:, 0, 0].tolist() == [12, 14, 15, 16, 18]


def test_times_must_be_in_order():
    with pytest.raises(ValueError, match="in order"):
        next(pictures_around([], [1.0, 0.5], (8, 6)))


def test_points_in_a_video_come_in_the_order_of_the_times(tmp_path: Path):
    video = make_video(tmp_path / "clip.mp4", count=60, rate=30)
    model = load_contact_point_model()
    forth = points_in_video(video, [0.5, 1.0, 1.9], model)
    back = points_in_video(video, [1.9, 9.0, 0.5, 1.0], model)
    assert back.points[[2, 3, 0]] == pytest.approx(forth.points)
    assert np.isnan(back.points[1]).all() and back.confidence[1] == 0
    assert ((forth.points >= 0) & (forth.points <= 1)).all()
    assert len(points_in_video(video, [], model)) == 0


def test_a_file_that_is_no_video(tmp_path: Path):
    path = tmp_path / "notes.mp4"
    path.write_text("no video")
    with pytest.raises(MediaError):
        points_in_video(path, [0.5], load_contact_point_model())
