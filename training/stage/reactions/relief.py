"""Draws a surface that has changed its height: what it shows moves with it, and the light falls otherwise.

Heights are in metres out of the surface, so a dent is negative. All maps are windows of one `Place`.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from engine.compiled import compiled
from training.stage.reactions.place import Place

_HIDDEN_M = 0.03
"""What lies this much nearer than the surface is something in front of it, and is never pulled along."""
_GAMMA = 1 / 2.2
"""A small relative change of linear light is this much of a change of the sRGB value."""

_MAP = 'Array(float32, 2, "C", readonly=True)'
_PLANE = "float32[:, ::1]"


@compiled(f"void({_MAP}, {_MAP}, {_MAP}, {_MAP}, float32, boolean, {_PLANE})")
def add_rings(across, along, centres, profiles, bin_m, deepest, heights):
    """Add heights that depend on the distance from one of several centres only.

    `centres` (k, 2) metres; `profiles` (k, bins) heights at multiples of `bin_m`, nothing beyond the last.
    With `deepest` centres do not add up: the deepest dent counts, as along the path of a stick.
    """
    count, bins = profiles.shape
    reach2 = (np.float32(bins - 1) * bin_m) ** 2
    per_m = np.float32(1.0) / bin_m
    inner2, outer2 = np.empty(count, np.float32), np.empty(count, np.float32)
    for k in range(count):
        first, last = bins, -1
        for bin_ in range(bins):
            if profiles[k, bin_] != 0.0:
                first = min(first, bin_)
                last = bin_
        inner2[k] = (max(np.float32(first - 1), np.float32(0.0)) * bin_m) ** 2
        outer2[k] = min((np.float32(last + 1) * bin_m) ** 2, reach2)
    for y in range(heights.shape[0]):
        for x in range(heights.shape[1]):
            total = np.float32(0.0)
            for k in range(count):
                dx = across[y, x] - centres[k, 0]
                dy = along[y, x] - centres[k, 1]
                distance2 = dx * dx + dy * dy
                if inner2[k] <= distance2 < outer2[k]:
                    place = np.sqrt(distance2) * per_m
                    lower = min(int(place), bins - 2)
                    share = place - np.float32(lower)
                    height = profiles[k, lower] + share * (profiles[k, lower + 1] - profiles[k, lower])
                    if deepest:
                        total = min(total, height)
                    else:
                        total += height
            heights[y, x] += total


@compiled(
    "void(uint8[:, :, ::1], int64, int64, uint8[:, :, ::1], Array(uint8, 2, 'C', readonly=True),"
    f" {_MAP}, {_MAP}, {_MAP}, float32[:, :, ::1], {_MAP}, {_MAP}, {_MAP}, float32, float32, boolean)"
)
def _draw(
    picture, left, top, source, own, depth, lit, heights, shift, gain, px_per_m, light, hollow_per_m,
    bending_m, spill,
):  # fmt: skip
    rows, columns = own.shape
    one = np.float32(1.0)
    for y in range(rows):
        for x in range(columns):
            mine = own[y, x] > 0
            if not mine and not spill:
                continue
            height = heights[y, x]
            slope_x = slope_y = np.float32(0.0)
            if 0 < x < columns - 1 and own[y, x - 1] and own[y, x + 1]:
                slope_x = np.float32(0.5) * (heights[y, x + 1] - heights[y, x - 1])
            if 0 < y < rows - 1 and own[y - 1, x] and own[y + 1, x]:
                slope_y = np.float32(0.5) * (heights[y + 1, x] - heights[y - 1, x])
            across = slope_x * px_per_m[0, 0] + slope_y * px_per_m[0, 1]
            along = slope_x * px_per_m[1, 0] + slope_y * px_per_m[1, 1]
            over = shift[y, x, 0] + bending_m * across
            down = shift[y, x, 1] + bending_m * along
            shift_x = over * px_per_m[0, 0] + down * px_per_m[1, 0] + height * px_per_m[2, 0]
            shift_y = over * px_per_m[0, 1] + down * px_per_m[1, 1] + height * px_per_m[2, 1]
            change = lit[y, x] * (across * light[0, 0] + along * light[0, 1])
            change += across * light[1, 0] + along * light[1, 1] + min(height, np.float32(0.0)) * hollow_per_m
            change = min(max(change + gain[y, x], np.float32(-0.8)), np.float32(1.6))
            if abs(shift_x) + abs(shift_y) < np.float32(0.02) and abs(change) < np.float32(0.004):
                continue
            at_x = min(max(np.float32(x) - shift_x, np.float32(0.0)), np.float32(columns - 1))
            at_y = min(max(np.float32(y) - shift_y, np.float32(0.0)), np.float32(rows - 1))
            x0 = min(int(at_x), columns - 2)
            y0 = min(int(at_y), rows - 2)
            from_x = min(int(at_x + np.float32(0.5)), columns - 1)
            from_y = min(int(at_y + np.float32(0.5)), rows - 1)
            if own[from_y, from_x] == 0:
                if not mine:
                    continue
                if depth[from_y, from_x] < depth[y, x] - np.float32(_HIDDEN_M):
                    x0, y0 = min(x, columns - 2), min(y, rows - 2)
                    at_x, at_y = np.float32(x), np.float32(y)
            elif not mine and depth[y, x] < depth[from_y, from_x] - np.float32(_HIDDEN_M):
                continue
            fx, fy = at_x - np.float32(x0), at_y - np.float32(y0)
            factor = one + np.float32(_GAMMA) * change
            for c in range(3):
                upper = (one - fx) * np.float32(source[y0, x0, c]) + fx * np.float32(source[y0, x0 + 1, c])
                lower = (one - fx) * np.float32(source[y0 + 1, x0, c]) + fx * np.float32(
                    source[y0 + 1, x0 + 1, c]
                )
                value = ((one - fy) * upper + fy * lower) * factor + np.float32(0.5)
                picture[top + y, left + x, c] = np.uint8(min(max(value, np.float32(0.0)), np.float32(255.0)))


class Relief:
    """Draws one place after its maps of change; the maps are filled anew for every picture.

    Attributes
    ----------
    heights
        float32 (h, w), metres out of the surface.
    shift
        float32 (h, w, 2), metres across and along the surface.
    gain
        float32 (h, w), relative change of brightness beside that of the slopes.
    """

    __slots__ = (
        "_bending_m",
        "_hollow_per_m",
        "_light",
        "_source",
        "_spill",
        "gain",
        "heights",
        "place",
        "shift",
    )

    def __init__(
        self,
        place: Place,
        *,
        hollow_per_m: float = 0.0,
        sheen: tuple[float, float] = (0.0, 0.0),
        bending_m: float = 0.0,
        spill: bool = False,
    ) -> None:
        """Prepare the maps of one place.

        Parameters
        ----------
        place
            Where it is.
        hollow_per_m
            How much darker it is at the bottom of a dent, per metre of its depth.
        sheen
            Change of brightness per unit of slope across and along that does not come from the light but
            from what the surface mirrors.
        bending_m
            How far what is seen in or through the surface moves per unit of its slope: water.
        spill
            The shape may cover pixels beyond its outline; otherwise only its own pixels change.
        """
        height, width = place.size
        self.place = place
        self.heights = np.zeros((height, width), np.float32)
        self.shift = np.zeros((height, width, 2), np.float32)
        self.gain = np.zeros((height, width), np.float32)
        self._source = np.zeros((height, width, 3), np.uint8)
        self._light = np.array([place.light_per_slope, sheen], np.float32)
        self._hollow_per_m, self._bending_m, self._spill = hollow_per_m, bending_m, spill

    def clear(self) -> None:
        """Begin with an unchanged surface."""
        self.heights.fill(0.0)
        self.shift.fill(0.0)
        self.gain.fill(0.0)

    def draw(self, picture: NDArray[np.uint8]) -> None:
        """Draw the changed surface on the base picture (H, W, 3), in place."""
        place = self.place
        height, width = place.size
        np.copyto(self._source, picture[place.top : place.top + height, place.left : place.left + width])
        _draw(
            picture, place.left, place.top, self._source, place.own, place.depth, place.lit, self.heights,
            self.shift, self.gain, place.px_per_m, self._light, self._hollow_per_m,
            self._bending_m, self._spill,
        )  # fmt: skip
