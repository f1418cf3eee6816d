"""The shadow a movable thing casts: taken along when the thing goes to another place."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import cv2
import numpy as np
from numpy.typing import NDArray

from engine.compiled import compiled

if TYPE_CHECKING:
    from training.stage.picture.still import Still

_REACH_PX = 60
"""A shadow is looked for so far around the thing."""
_ROOM_PX = 40
"""It can be moved so far."""
_SHOWS_PX = 1.5
"""What moves less than this leaves its shadow where it is."""
_DARKEST, _LIGHTEST = 0.25, 0.97

_SQUARE = np.ones((3, 3), np.uint8)


@compiled(
    "void(uint8[:, :, ::1], int64, int64, boolean[:, ::1], uint8[:, :, ::1], float32[:, ::1],"
    " float32[:, ::1], float64, boolean)"
)
def _show(picture, left, top, hole, behind, before, there, depth, moves):
    """Show what was behind the hole, darkened; elsewhere `there` takes the place of the shadow `before`."""
    for y in range(hole.shape[0]):
        for x in range(hole.shape[1]):
            if not hole[y, x] and not moves:
                continue
            dark = 1.0 - depth * (1.0 - there[y, x])
            if hole[y, x]:
                for c in range(3):
                    picture[top + y, left + x, c] = np.uint8(behind[y, x, c] * dark + 0.5)
                continue
            # What has fallen there meanwhile stays to be seen.
            change = dark / before[y, x]
            if abs(change - 1.0) > 0.01:
                for c in range(3):
                    value = picture[top + y, left + x, c] * change + 0.5
                    picture[top + y, left + x, c] = np.uint8(min(value, 255.0))


class CastShadow:
    """What the thing darkens, and the place it hid."""

    __slots__ = ("_behind", "_hole", "_left", "_share", "_top")

    def __init__(self, still: Still, shape: int) -> None:
        """Find the shadow of a movable shape by what changes in the picture without movable things."""
        own = still.shape == shape
        others = np.isin(still.shape, [number for number in still.sprites if number != shape])
        hole = (cv2.dilate(own.astype(np.uint8), _SQUARE) > 0) & ~others
        rows, columns = np.nonzero(hole)
        height, width = own.shape
        top, bottom = max(rows.min() - _REACH_PX, 0), min(rows.max() + _REACH_PX, height)
        left, right = max(columns.min() - _REACH_PX, 0), min(columns.max() + _REACH_PX, width)
        window = np.s_[top:bottom, left:right]
        with_it = still.colour[window].astype(np.float32).sum(axis=-1)
        without = still.behind[window].astype(np.float32).sum(axis=-1)
        share = np.clip(with_it / np.maximum(without, 1.0), _DARKEST, 1.0).astype(np.float32)
        share[others[window] | hole[window]] = 1.0
        share[share > _LIGHTEST] = 1.0
        # Right under the thing it is as dark as beside it.
        spread = cv2.erode(share, np.ones((5, 5), np.uint8), iterations=12)
        share[hole[window]] = spread[hole[window]]
        dark_rows, dark_columns = np.nonzero((share < 1.0) | hole[window])
        top, bottom = top + dark_rows.min(), top + dark_rows.max() + 1
        left, right = left + dark_columns.min(), left + dark_columns.max() + 1
        share = share[dark_rows.min() : dark_rows.max() + 1, dark_columns.min() : dark_columns.max() + 1]
        # Room to move in, as far as the picture goes.
        before_y, before_x = min(_ROOM_PX, top), min(_ROOM_PX, left)
        after_y, after_x = min(_ROOM_PX, height - bottom), min(_ROOM_PX, width - right)
        self._share = cv2.copyMakeBorder(
            share, before_y, after_y, before_x, after_x, cv2.BORDER_CONSTANT, value=1.0
        )
        self._top, self._left = int(top - before_y), int(left - before_x)
        whole = np.s_[
            self._top : self._top + self._share.shape[0], self._left : self._left + self._share.shape[1]
        ]
        self._behind = np.ascontiguousarray(still.behind[whole])
        self._hole = np.ascontiguousarray(hole[whole])

    def follow(self, picture: NDArray[np.uint8], dx: float, dy: float, depth: float) -> None:
        """Show what was behind the thing, with the shadow where it now falls, on the base picture, in place.

        Parameters
        ----------
        dx, dy
            How far the foot of the thing has moved, in pixels.
        depth
            How dark the shadow still is, 1 as before, 0 gone.
        """
        moves = math.hypot(dx, dy) >= _SHOWS_PX or depth != 1.0
        there = self._share
        if moves:
            shift = np.array([[1.0, 0.0, dx], [0.0, 1.0, dy]])
            there = cv2.warpAffine(
                there, shift, there.shape[::-1], borderMode=cv2.BORDER_CONSTANT, borderValue=1.0
            )  # fmt: skip
        _show(picture, self._left, self._top, self._hole, self._behind, self._share, there, depth, moves)
