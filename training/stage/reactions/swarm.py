"""Many small flying things at once: where each is at a time, and how it is drawn there."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from engine.compiled import compiled
from training.stage.reactions.flight import GRAVITY, Flight
from training.stage.reactions.pieces import SIDE, draw_bit, draw_streak

if TYPE_CHECKING:
    from training.stage.camera import Camera

SHUTTER_S = 1 / 60
"""Half a frame: what moves fast is smeared over its way in this time."""

_HOLE_GAIN = 0.55
_SHADOW_ALPHA = 0.35
_COPIES = 4
_FALL = -float(GRAVITY[2])

_VIEW = "float64[::1]"
_ARCS = "float64[:, ::1], float64[:, :, ::1], float64[:, :, ::1], float64[::1]"
_PICTURE = 'uint8[:, :, ::1], Array(float32, 2, "C", readonly=True)'

_EYE, _AXES, _FOCAL, _MIDDLE = 0, 3, 12, 13
_VIEW_FIELDS = 15


def view_row(camera: Camera) -> NDArray[np.float64]:
    """A camera as the row of numbers that compiled loops take."""
    row = np.empty(_VIEW_FIELDS)
    row[_EYE : _EYE + 3] = camera.eye
    row[_AXES : _AXES + 9] = camera.axes().ravel()
    row[_FOCAL] = camera.focal_px
    row[_MIDDLE : _MIDDLE + 2] = camera.width / 2, camera.height / 2
    return row


@compiled(f"void({_VIEW}, float64[::1], float64[::1])")
def see(view, point, seen):
    """Project a point (3,) to x px, y px and depth in metres."""
    x, y, z = point[0] - view[_EYE], point[1] - view[_EYE + 1], point[2] - view[_EYE + 2]
    for c in range(3):
        seen[c] = view[_AXES + 3 * c] * x + view[_AXES + 3 * c + 1] * y + view[_AXES + 3 * c + 2] * z
    scale = view[_FOCAL] / max(seen[2], 0.02)
    seen[0] = view[_MIDDLE] + seen[0] * scale
    seen[1] = view[_MIDDLE + 1] + seen[1] * scale


@compiled(f"void({_VIEW}, float64[:, ::1], float64[:, ::1])")
def see_all(view, points, seen):
    """Project points (n, 3); see `see`."""
    for n in range(points.shape[0]):
        see(view, points[n], seen[n])


@dataclass(frozen=True, slots=True, eq=False)
class Arcs:
    """The flights of n things, in at most k arcs each.

    Attributes
    ----------
    starts_s
        float64 (n, k + 1); arcs a thing does not have begin and end at its rest.
    places_m, speeds_m_per_s
        float64 (n, k + 1, 3) and (n, k, 3).
    drags_per_s
        float64 (n,).
    """

    starts_s: NDArray[np.float64]
    places_m: NDArray[np.float64]
    speeds_m_per_s: NDArray[np.float64]
    drags_per_s: NDArray[np.float64]

    @classmethod
    def of(cls, flights: Sequence[Flight]) -> Arcs:
        """Pack flights side by side."""
        most = max(len(flight.speeds_m_per_s) for flight in flights)
        starts = np.stack([np.pad(f.starts_s, (0, most + 1 - len(f.starts_s)), "edge") for f in flights])
        places = np.stack(
            [np.pad(f.places_m, ((0, most + 1 - len(f.places_m)), (0, 0)), "edge") for f in flights]
        )
        speeds = np.zeros((len(flights), most, 3))
        for row, flight in zip(speeds, flights, strict=True):
            row[: len(flight.speeds_m_per_s)] = flight.speeds_m_per_s
        return cls(starts, places, speeds, np.array([flight.drag_per_s for flight in flights]))


@compiled(f"void({_ARCS}, int64, float64, float64[::1])")
def place_at(starts, places, speeds, drags, number, time_s, place):
    """Write where one thing is at a time to `place` (3,)."""
    last = starts.shape[1] - 1
    if time_s >= starts[number, last]:
        for c in range(3):
            place[c] = places[number, last, c]
        return
    arc = 0
    while arc < last - 1 and time_s >= starts[number, arc + 1]:
        arc += 1
    age = max(time_s - starts[number, arc], 0.0)
    drag = drags[number]
    slowed = (1.0 - np.exp(-drag * age)) / drag
    for c in range(3):
        final = -_FALL / drag if c == 2 else 0.0
        place[c] = places[number, arc, c] + final * age + (speeds[number, arc, c] - final) * slowed


@compiled(
    f"void({_PICTURE}, {_VIEW}, {_ARCS}, float64[:, ::1], float64[:, ::1], float64[::1],"
    " Array(float32, 4, 'C', readonly=True), Array(float32, 3, 'C', readonly=True), float64)"
)
def draw_bits(
    picture, depth, view, starts, places, speeds, drags, turns, frame, shadow, colours, covers, time_s
):
    """Draw the bits of a scatter as they are at a time, and the dark where each came from.

    `turns` (n, 6): half length and half width in metres, first angle, angle per second, half turns over the
    whole flight, and 1 when it still shows after its rest. `frame` (3, 3): rows across, along, out of the
    ground. `shadow` (3,): where the shadow of a point lies per metre of its height.
    """
    place, seen, tip, end = np.empty(3), np.empty(3), np.empty(3), np.empty(3)
    last = starts.shape[1] - 1
    for n in range(starts.shape[0]):
        start, rest = starts[n, 0], starts[n, last]
        if time_s <= start:
            continue
        for pass_ in range(2):
            hole = pass_ == 0
            at = start if hole else min(time_s, rest)
            if not hole and time_s > rest and turns[n, 5] == 0.0:
                continue
            angle = turns[n, 2] + turns[n, 3] * (at - start)
            flip = 0.0
            if not hole and rest > start:
                flip = np.pi * turns[n, 4] * (at - start) / (rest - start)
            place_at(starts, places, speeds, drags, n, at, place)
            see(view, place, seen)
            if seen[2] < 0.05:
                continue
            cos, sin, lying, standing = np.cos(angle), np.sin(angle), np.cos(flip), np.sin(flip)
            for c in range(3):
                tip[c] = place[c] + turns[n, 0] * (cos * frame[0, c] + sin * frame[1, c])
            see(view, tip, end)
            ax, ay = end[0] - seen[0], end[1] - seen[1]
            for c in range(3):
                tip[c] = place[c] + turns[n, 1] * (
                    lying * (cos * frame[1, c] - sin * frame[0, c]) + standing * frame[2, c]
                )
            see(view, tip, end)
            bx, by = end[0] - seen[0], end[1] - seen[1]
            if hole:
                draw_bit(
                    picture, depth, seen[0], seen[1], seen[2], ax, ay, bx, by, 0.7, _HOLE_GAIN,
                    colours[n], covers[n],
                )  # fmt: skip
                continue
            if time_s < rest:
                height = 0.0
                for c in range(3):
                    height += (place[c] - places[n, last, c]) * frame[2, c]
                for c in range(3):
                    tip[c] = place[c] + height * shadow[c]
                if (
                    height > 0.004
                    and shadow[0] * shadow[0] + shadow[1] * shadow[1] + shadow[2] * shadow[2] > 0.0
                ):
                    see(view, tip, end)
                    draw_bit(
                        picture, depth, end[0], end[1], end[2], ax, ay, bx, by, _SHADOW_ALPHA, 0.1,
                        colours[n], covers[n],
                    )  # fmt: skip
            gain = 1.0 + 0.25 * standing
            place_at(starts, places, speeds, drags, n, max(at - SHUTTER_S, start), place)
            see(view, place, end)
            moved_x, moved_y = end[0] - seen[0], end[1] - seen[1]
            moved = np.sqrt(moved_x * moved_x + moved_y * moved_y) if time_s < rest else 0.0
            if moved < 1.0:
                draw_bit(
                    picture,
                    depth,
                    seen[0],
                    seen[1],
                    seen[2],
                    ax,
                    ay,
                    bx,
                    by,
                    1.0,
                    gain,
                    colours[n],
                    covers[n],
                )
                continue
            size = 2.0 * np.sqrt(abs(ax * by - ay * bx)) + 1.0
            opacity = size / (size + moved)
            overlap = max(1.0, _COPIES * opacity)
            alpha = 1.0 - (1.0 - opacity) ** (1.0 / overlap)
            for copy in range(_COPIES):
                share = (copy + 0.5) / _COPIES
                draw_bit(
                    picture, depth, seen[0] + share * moved_x, seen[1] + share * moved_y, seen[2], ax, ay,
                    bx, by, alpha, gain, colours[n], covers[n],
                )  # fmt: skip


@compiled(f"void({_PICTURE}, {_VIEW}, {_ARCS}, float64[:, ::1], float64)")
def draw_drops(picture, depth, view, starts, places, speeds, drags, looks, time_s):
    """Draw drops as streaks; a drop that has come down is gone.

    `looks` (n, 5): radius in metres, opacity, red, green, blue.
    """
    place, seen, before = np.empty(3), np.empty(3), np.empty(3)
    last = starts.shape[1] - 1
    for n in range(starts.shape[0]):
        if time_s <= starts[n, 0] or time_s >= starts[n, last]:
            continue
        place_at(starts, places, speeds, drags, n, time_s, place)
        see(view, place, seen)
        if seen[2] < 0.05:
            continue
        place_at(starts, places, speeds, drags, n, max(time_s - SHUTTER_S, starts[n, 0]), place)
        see(view, place, before)
        radius = looks[n, 0] * view[_FOCAL] / seen[2]
        draw_streak(
            picture, depth, before[0], before[1], seen[0], seen[1], seen[2], radius, looks[n, 1],
            looks[n, 2], looks[n, 3], looks[n, 4],
        )  # fmt: skip


def cut_out(picture: NDArray[np.uint8], x: float, y: float, half_px: float) -> NDArray[np.float32]:
    """A bit's own picture (SIDE, SIDE, 3) from around a point of the base picture, 0..255."""
    ticks = (np.arange(SIDE) + 0.5) / SIDE * 2 - 1
    columns = np.clip(np.rint(x - 0.5 + half_px * ticks), 0, picture.shape[1] - 1).astype(np.intp)
    rows = np.clip(np.rint(y - 0.5 + half_px * ticks), 0, picture.shape[0] - 1).astype(np.intp)
    return picture[np.ix_(rows, columns)].astype(np.float32)
