"""Finds places to strike in the still picture: on a wanted material, flat enough, and in sight.

A place is chosen as a pixel; where it is in the world and which way its surface faces comes from the still
scene's maps.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from engine.project.materials import MATERIALS
from training.stage.camera import Camera
from training.stage.motion.sight import Sight
from training.stage.world import Set

_EDGE_PX = 5
"""So far inside the picture contacts that are seen take place."""
_FLAT_PX, _FLAT_M = 3, 0.006
"""A spot's neighbours this far away lie in its plane up to so much."""
_FACING = 0.1
_CANDIDATES = 400
_LEAST_AREA_PX = 60
"""Smaller patches of a material are not aimed at."""
_OFF_SURFACE_M = 0.004
_FARTHEST_OFF_PICTURE_M = 0.7

Vector = NDArray[np.float64]


class SpotView(Protocol):
    """The part of `training.stage.picture.still.Still` that spots are found in."""

    @property
    def camera(self) -> Camera: ...

    @property
    def position(self) -> NDArray[np.float32]: ...

    @property
    def normal(self) -> NDArray[np.float32]: ...

    @property
    def depth(self) -> NDArray[np.float32]: ...

    @property
    def shape(self) -> NDArray[np.int16]: ...

    @property
    def material(self) -> NDArray[np.int8]: ...

    @property
    def inner(self) -> tuple[int, int, int, int]: ...


@dataclass(frozen=True, slots=True, eq=False)
class Spot:
    """A place on a surface: point and unit normal (3,), and the struck shape's number."""

    point: Vector
    normal: Vector
    shape: int


class SpotPicker:
    """Picks spots in one still scene.

    Parameters
    ----------
    near_m
        How far apart consecutive spots usually are.
    """

    def __init__(self, view: SpotView, set_: Set, near_m: float, rng: np.random.Generator) -> None:
        self._view, self._set, self._near_m, self._rng = view, set_, near_m, rng
        self._usable, self._sight = _usable(view), Sight(view.camera)
        usable = self._inside() & self._usable
        targets = np.array([shape.target for shape in set_.shapes] + [False])
        is_target = targets[view.shape] & usable
        # A set that names no targets may be struck anywhere.
        usable = is_target if is_target.any() else usable & (view.material >= 0)
        self._pixels: dict[str, NDArray[np.intp]] = {}
        for number, name in enumerate(MATERIALS):
            pixels = np.flatnonzero(usable & (view.material == number))
            if len(pixels) >= _LEAST_AREA_PX:
                self._pixels[name] = pixels

    @property
    def materials(self) -> dict[str, float]:
        """What can be struck, and over how many pixels."""
        return {name: float(len(pixels)) for name, pixels in self._pixels.items()}

    def pick(self, material: str, near: Spot | None = None, within_m: float = math.inf) -> Spot:
        """A spot on a material, by choice near another one.

        Parameters
        ----------
        within_m
            How far from `near` it may be at most; when there is none, the nearest one is taken.
        """
        pixels = self._pixels[material]
        pixels = pixels[self._rng.integers(0, len(pixels), min(_CANDIDATES, 4 * len(pixels)))]
        points = self._view.position.reshape(-1, 3)[pixels].astype(np.float64)
        weight = self._composed(pixels)
        if near is not None:
            distance = np.linalg.norm(points - near.point, axis=1)
            weight *= np.exp(-0.5 * (distance / self._near_m) ** 2) + 1e-4
            weight *= np.where(self._view.shape.reshape(-1)[pixels] == near.shape, 1.0, 0.3)
            if distance.min() > within_m:
                return self._spot(int(pixels[np.argmin(distance)]))
            weight[distance > within_m] = 0.0
        return self._spot(int(pixels[int(self._rng.choice(len(pixels), p=weight / weight.sum()))]))

    def along(self, spot: Spot, shift: Vector) -> Vector | None:
        """The surface's point (3,) a shift away, when the straight way there stays on the same surface
        and in the picture."""
        for share in (0.35, 0.7, 1.0):
            wanted = spot.point + share * shift
            found = self._surface_at(wanted)
            if found is None or found.shape != spot.shape or not self.is_in_picture(wanted):
                return None
            gap_m = float((found.point - wanted) @ found.normal)
            if abs(gap_m) > _OFF_SURFACE_M or float(found.normal @ spot.normal) < 0.9:
                return None
        return spot.point + shift

    def off_picture(self, spot: Spot) -> Spot | None:
        """A place on the plane of a spot that no camera motion brings into the picture, or None."""
        camera, sight = self._view.camera, self._sight
        across = np.cross(spot.normal, sight.forward)
        for angle in self._rng.permutation(np.linspace(0, 2 * np.pi, 9)[:-1]):
            length = max(float(np.linalg.norm(across)), 1e-6)
            first = across / length
            way = math.cos(angle) * first + math.sin(angle) * np.cross(spot.normal, first)
            for reach_m in np.arange(0.1, _FARTHEST_OFF_PICTURE_M, 0.05):
                point = np.asarray(spot.point + float(reach_m) * way, np.float64)
                x, y, depth = sight.project(point)
                if depth < 0.25:
                    break
                if not (-8 <= x < camera.width + 8 and -8 <= y < camera.height + 8):
                    return Spot(point, spot.normal, spot.shape)
        return None

    def is_in_picture(self, point: Vector) -> bool:
        """Whether the output shows the point (3,) while the camera is still."""
        x, y, depth = self._sight.project(point)
        x0, y0, x1, y1 = self._view.inner
        return bool(depth > 0 and x0 <= x < x1 and y0 <= y < y1)

    def _surface_at(self, point: Vector) -> Spot | None:
        x, y, depth = self._sight.project(point)
        height, width = self._view.shape.shape
        column, row = math.floor(x), math.floor(y)
        if depth <= 0 or not (0 <= column < width and 0 <= row < height) or not self._usable[row, column]:
            return None
        return self._spot(row * width + column)

    def _spot(self, pixel: int) -> Spot:
        view = self._view
        normal = view.normal.reshape(-1, 3)[pixel].astype(np.float64)
        return Spot(
            view.position.reshape(-1, 3)[pixel].astype(np.float64),
            normal / np.linalg.norm(normal),
            int(view.shape.reshape(-1)[pixel]),
        )

    def _composed(self, pixels: NDArray[np.intp]) -> NDArray[np.float64]:
        """Weights that put the spot where the picture has room for the arm: beyond its middle."""
        x0, y0, x1, y1 = self._view.inner
        row, column = np.divmod(pixels, self._view.shape.shape[1])
        across, down = (column - x0) / (x1 - x0), (row - y0) / (y1 - y0)
        x, y = {"left": (0.68, 0.5), "right": (0.32, 0.5), "bottom": (0.5, 0.34)}[self._set.arm_from]
        return np.exp(-0.5 * (((across - x) / 0.17) ** 2 + ((down - y) / 0.18) ** 2)) + 1e-4

    def _inside(self) -> NDArray[np.bool_]:
        x0, y0, x1, y1 = self._view.inner
        inside = np.zeros(self._view.shape.shape, np.bool_)
        inside[y0 + _EDGE_PX : y1 - _EDGE_PX, x0 + _EDGE_PX : x1 - _EDGE_PX] = True
        return inside


def _usable(view: SpotView) -> NDArray[np.bool_]:
    """Pixels (H, W) that show a surface which is flat around them and faces the camera."""
    sight = np.asarray(view.camera.eye, np.float32) - view.position
    sight /= np.maximum(np.linalg.norm(sight, axis=-1, keepdims=True), 1e-6)
    usable = (view.shape >= 0) & (np.einsum("hwk,hwk->hw", sight, view.normal) > _FACING)
    for axis in (0, 1):
        for step in (-_FLAT_PX, _FLAT_PX):
            beside = np.roll(view.position, step, axis) - view.position
            off = np.abs(np.einsum("hwk,hwk->hw", beside, view.normal))
            usable &= (off < _FLAT_M) & (np.roll(view.shape, step, axis) == view.shape)
    usable[:_FLAT_PX], usable[-_FLAT_PX:] = False, False
    usable[:, :_FLAT_PX], usable[:, -_FLAT_PX:] = False, False
    return usable
