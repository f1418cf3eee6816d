"""Things that move as a whole: their cut-out is drawn anew where they are, over what was behind them."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import cv2
import numpy as np
from numpy.typing import NDArray

from engine.compiled import compiled
from training.stage.reactions.cast_shadow import CastShadow
from training.stage.reactions.place import Place
from training.stage.reactions.relief import Relief
from training.stage.reactions.swarm import see_all, view_row
from training.stage.reactions.sway import Body, Pose, Sway

if TYPE_CHECKING:
    from training.stage.contacts import Contact
    from training.stage.picture.still import Still
    from training.stage.world import Shape

_POINTS = 48
"""So many of its visible points say where its picture goes."""
_NEARER_M = 0.04


@compiled("void(uint8[:, :, ::1], int64, int64, uint8[:, :, ::1], float32[:, ::1], boolean[:, ::1])")
def _lay_over(picture, left, top, colour, alpha, hidden):
    for y in range(alpha.shape[0]):
        for x in range(alpha.shape[1]):
            share = alpha[y, x]
            if share > 0.004 and not hidden[top + y, left + x]:
                for c in range(3):
                    under = np.float32(picture[top + y, left + x, c])
                    over = np.float32(colour[y, x, c])
                    picture[top + y, left + x, c] = np.uint8(under + share * (over - under) + np.float32(0.5))


class RigidMotion:
    """One movable thing moves, and comes back or stays where it ends.

    Attributes
    ----------
    start_s, end_s
        From the contact until it is still.
    """

    __slots__ = (
        "_alpha",
        "_colour",
        "_corners",
        "_fit",
        "_hidden",
        "_left",
        "_points",
        "_shadow",
        "_top",
        "_view",
        "end_s",
        "start_s",
        "sway",
    )  # fmt: skip

    def __init__(
        self, still: Still, shape: int, sway: Sway, start_s: float, rng: np.random.Generator
    ) -> None:
        """Cut the thing out.

        Parameters
        ----------
        still
            The scene's base picture, maps and sprites; the shape must have a sprite.
        shape
            Its index in the set.
        sway
            How it moves.
        start_s
            When it is struck.
        rng
            Which of its points are followed.
        """
        sprite = still.sprites[shape]
        self.sway, self.start_s, self.end_s = sway, start_s, start_s + sway.lasts_s
        self._view = view_row(still.camera)
        # A rim of one pixel lets the outline fall off smoothly wherever it is drawn.
        self._alpha = cv2.copyMakeBorder(sprite.alpha, 1, 1, 1, 1, cv2.BORDER_CONSTANT, value=0)
        self._colour = cv2.copyMakeBorder(sprite.colour, 1, 1, 1, 1, cv2.BORDER_REPLICATE)
        self._left, self._top = sprite.x0 - 1, sprite.y0 - 1
        height, width = self._alpha.shape
        rows, columns = np.nonzero(still.shape == shape)
        chosen = rng.choice(len(rows), min(_POINTS, len(rows)), replace=False)
        self._points = still.position[rows[chosen], columns[chosen]].astype(np.float64)
        seen = self._seen(self._points)
        self._fit = np.linalg.pinv(np.column_stack([seen, np.ones(len(seen))]))
        self._corners = np.array([[0, 0, 1], [width, 0, 1], [0, height, 1], [width, height, 1]], np.float64)
        own = still.shape == shape
        ground = _support(still, own)
        self._hidden = (still.depth < sprite.depth_m - _NEARER_M) & ~own & (still.shape != ground)
        self._shadow = CastShadow(still, shape)

    def draw(self, picture: NDArray[np.uint8], time_s: float) -> None:
        """Draw the thing where it is on the base picture (H, W, 3), in place."""
        if time_s <= self.start_s:
            return
        pose = self.sway.at(min(time_s, self.end_s) - self.start_s)
        matrix = self._matrix(pose)
        moved = self._corners @ matrix.T
        moved += (self._left, self._top)
        x0, y0 = np.floor(moved.min(axis=0)).astype(int) - 1
        x1, y1 = np.ceil(moved.max(axis=0)).astype(int) + 1
        x0, y0, x1, y1 = max(x0, 0), max(y0, 0), min(x1, picture.shape[1]), min(y1, picture.shape[0])
        foot = np.array([self._alpha.shape[1] / 2, self._alpha.shape[0], 1.0])
        dx, dy = matrix @ foot - foot[:2]
        self._shadow.follow(picture, float(dx), float(dy), self.sway.uprightness(pose))
        if x1 <= x0 or y1 <= y0:
            return
        onto = matrix.copy()
        onto[:, 2] += (self._left - x0, self._top - y0)
        # cv2 has pixel centres at whole numbers, the stage at halves.
        onto[:, 2] += 0.5 * (onto[:, 0] + onto[:, 1]) - 0.5
        size = (int(x1 - x0), int(y1 - y0))
        alpha = cv2.warpAffine(self._alpha, onto, size, flags=cv2.INTER_LINEAR)
        colour = cv2.warpAffine(
            self._colour, onto, size, flags=cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE
        )
        _lay_over(picture, int(x0), int(y0), colour, alpha, self._hidden)

    def settle(self, picture: NDArray[np.uint8]) -> None:
        """Leave the thing where it has come to rest on the base picture."""
        if self.sway.stays_moved:
            self.draw(picture, self.end_s)

    def is_in_picture(self) -> bool:
        """Whether all of it is in the base picture where it comes to rest."""
        moved = self._corners @ self._matrix(self.sway.at(self.sway.lasts_s)).T + (self._left, self._top)
        height, width = self._hidden.shape
        return bool((moved >= 0).all() and (moved[:, 0] <= width).all() and (moved[:, 1] <= height).all())

    def _matrix(self, pose: Pose) -> NDArray[np.float64]:
        """(2, 3), from places in the cut-out to places in it after the motion."""
        seen = self._seen(pose.moved(self._points))
        return (self._fit @ seen).T

    def _seen(self, points: NDArray[np.float64]) -> NDArray[np.float64]:
        """Where points (n, 3) lie in the cut-out, (n, 2)."""
        seen = np.empty_like(points)
        see_all(self._view, points, seen)
        return seen[:, :2] - (self._left, self._top)


def _support(still: Still, own: NDArray[np.bool_]) -> int:
    """Index of what the thing stands on: the shape most seen right below its lower edge."""
    below = np.zeros_like(own)
    below[3:] = own[:-3]
    numbers = still.shape[below & ~own]
    numbers = numbers[numbers >= 0]
    return int(np.bincount(numbers).argmax()) if len(numbers) else -1


class Tremble:
    """A part of something fixed, a door, a sign, a tabletop, shivers in its place.

    Attributes
    ----------
    start_s, end_s
        From the contact until it is still.
    """

    __slots__ = ("_fading", "_rate_hz", "_relief", "_swing_m", "end_s", "start_s")

    def __init__(
        self, place: Place, start_s: float, swing_m: float, lasts_s: float, rng: np.random.Generator
    ) -> None:
        """Plan the swing.

        Parameters
        ----------
        place
            The part of the surface that is seen to move.
        swing_m
            How far it swings at first.
        lasts_s
            Until it is still.
        """
        self._relief = Relief(place, spill=True)
        reach = 0.5 * max(float(np.ptp(place.across)), float(np.ptp(place.along)), 0.05)
        distance = np.hypot(place.across, place.along) / reach
        self._fading = np.clip(1.0 - distance * distance, 0.0, 1.0).astype(np.float32)
        turn = rng.uniform(0.0, 2 * math.pi)
        self._swing_m = swing_m * np.array([math.cos(turn), math.sin(turn), 1.0])
        self._rate_hz = rng.uniform(6.0, 14.0)
        self.start_s, self.end_s = start_s, start_s + lasts_s

    def draw(self, picture: NDArray[np.uint8], time_s: float) -> None:
        """Draw the surface where it is on the base picture (H, W, 3), in place."""
        if not self.start_s < time_s < self.end_s:
            return
        age, over = time_s - self.start_s, (time_s - self.start_s) / (self.end_s - self.start_s)
        swing = math.exp(-3.0 * over) * math.sin(2 * math.pi * self._rate_hz * age) * (1.0 - over)
        relief = self._relief
        for k in range(2):
            np.multiply(self._fading, np.float32(swing * self._swing_m[k]), out=relief.shift[..., k])
        np.multiply(self._fading, np.float32(-swing * self._swing_m[2]), out=relief.heights)
        relief.draw(picture)

    def settle(self, picture: NDArray[np.uint8]) -> None:
        """It is where it was."""


def body_of(shape: Shape, contact: Contact, rng: np.random.Generator) -> tuple[Body, bool]:
    """A shape as a body pushed by a contact, and whether it is struck below its middle."""
    turn, half = np.asarray(shape.turn), np.asarray(shape.half)
    push = -np.asarray(contact.normal, np.float64)
    push[2] = 0.0
    if np.linalg.norm(push) < 0.2:
        # Struck from above, it jumps any way.
        angle = rng.uniform(0.0, 2 * math.pi)
        push = np.array([math.cos(angle), math.sin(angle), 0.0])
    push /= np.linalg.norm(push)
    high = float(np.abs(turn[2]) @ half)
    middle = np.asarray(shape.centre, np.float64) - (0.0, 0.0, high)
    reach = float(np.abs(push @ turn) @ half)
    return Body(middle, push, reach, 2 * high), contact.spot[2] < shape.centre[2] - 0.3 * high
