"""Where the stick touches in some contacts of the real clips, marked by eye."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from training.datasets.annotations import read_object
from training.datasets.recording import DatasetError

POINTS = Path(__file__).with_name("real_points.json")
"""The points that come with the program."""


@dataclass(frozen=True, slots=True)
class MarkedPoint:
    """A contact's time in its clip, and its place: (x, y) in 0..1 of width and height from the upper left."""

    time_s: float
    point: tuple[float, float]


def read_real_points(path: Path = POINTS) -> dict[str, tuple[MarkedPoint, ...]]:
    """The marked points of each clip in order of time, by the clip's name without its suffix.

    Raises
    ------
    DatasetError
        When the file can't be read or does not hold points.
    """
    points = {}
    for name, marks in read_object(path).get("clips", {}).items():
        try:
            read = [(float(mark["time_s"]), *(float(value) for value in mark["point"])) for mark in marks]
            marked = [MarkedPoint(time_s, (x, y)) for time_s, x, y in sorted(read)]
        except (KeyError, TypeError, ValueError) as error:
            raise DatasetError(f"“{path.name}”: the points of “{name}” can't be read: {error}.") from error
        if any(not (0 <= value <= 1) for mark in marked for value in mark.point):
            raise DatasetError(f"“{path.name}”: “{name}” has a point outside the picture.")
        points[name] = tuple(marked)
    return points
