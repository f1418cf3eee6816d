"""Contact sheets of what went wrong: which pictures they show, and which one is framed."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from engine.evaluation.contacts import ClipContacts
from engine.evaluation.failures import Failure
from tests.media_factory import make_video, picture_number
from training.datasets.recording import Recording
from training.evaluate.detectors import Finder, Found
from training.evaluate.failure_sheets import failure_table, film_strip, write_gallery

RATE, PICTURES = 30, 45


@pytest.fixture(scope="module")
def film(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return make_video(tmp_path_factory.mktemp("film") / "a.mp4", count=PICTURES, rate=RATE, gop=5)


def numbers(strip: np.ndarray, count: int) -> list[int]:
    # The frame is cut off: the number's areas are larger than it.
    return [picture_number(image[8:-8, 8:-8, 1]) for image in np.hsplit(strip, count)]


@pytest.mark.parametrize(
    ("time_s", "first", "framed"), [(0.7, 18, 3), (0.0, 0, 0), (0.72, 19, 3), (1.49, 38, 6), (2.5, 38, 6)]
)
def test_the_pictures_around_a_failure(film: Path, time_s: float, first: int, framed: int) -> None:
    strip, labels = film_strip(film, Failure("a", "false alarm", None, None, time_s, 0.9))
    assert numbers(strip, len(labels)) == list(range(first, first + 7))
    assert labels[framed] == f"{1000 * ((first + framed) / RATE - time_s):+.0f} ms"
    corners = [tuple(image[0, 0]) for image in np.hsplit(strip, len(labels))]
    assert [corner == (210, 0, 0) for corner in corners] == [number == framed for number in range(7)]


def test_a_sheet_per_clip_that_failed(film: Path, tmp_path: Path) -> None:
    nothing = np.zeros(0)
    times_s, sure = np.array([0.5, 1.2]), np.array([0.9, 0.8])
    wrong = ClipContacts("set/a", "a", 1.5, np.array([0.5]), ("hit",), times_s, sure, 0.5)
    right = ClipContacts("b", "b", 1.5, times_s, ("hit", None), times_s, sure, 0.5)
    found = Found(times_s, sure, 0.5, np.arange(PICTURES) / RATE, np.full(PICTURES, -30.0))
    silent = Found(times_s, sure, 0.5, None, nothing)
    recordings = [Recording(name, name, film, None, 1.5) for name in ("set/a", "b")]
    levels = {"set/a": (np.full(PICTURES, -20.0), np.full(PICTURES, -30.0))}
    finder = Finder("net", {"set/a": found, "b": silent})
    (sheet,) = write_gallery(tmp_path / "sheets", recordings, [wrong, right], finder, levels)
    assert sheet.name == "set_a.jpg" and sheet.read_bytes().startswith(b"\xff\xd8")
    table = failure_table("net", [wrong, right])
    assert "0 missed, 0 mistimed, 1 false alarms" in table.title
    assert [row.cells[0] for row in table.rows] == ["1.200"]
