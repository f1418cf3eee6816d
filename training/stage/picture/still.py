"""The still part of a scene, traced once per clip: its picture, and what lies behind every pixel."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import cv2
import numpy as np
from numpy.typing import NDArray

from engine.project.materials import MATERIALS
from training.stage.camera import Camera
from training.stage.picture.paint import TEXTURE_SIZE, pyramids
from training.stage.picture.rays import NOTHING, packed
from training.stage.picture.textures import load_texture
from training.stage.picture.tracer import (
    LIGHT_AMBIENT,
    LIGHT_COLOUR,
    LIGHT_DIRECTION,
    LIGHT_FIELDS,
    LIGHT_SOFTNESS,
    LIGHT_STRENGTH,
    SAMPLES,
    smooth,
    trace,
)
from training.stage.world import Light, Set

MARGIN_PX = 20
"""So much more than the output is drawn on every side, for the hand-held camera to move in."""


@dataclass(frozen=True, slots=True, eq=False)
class Sprite:
    """A movable thing, cut out.

    Attributes
    ----------
    colour : uint8 (h, w, 3) sRGB
    alpha : float32 (h, w), 0..1
    x0, y0
        Where its left top pixel lies in the base picture.
    depth_m
        Distance of its middle from the camera.
    """

    colour: NDArray[np.uint8]
    alpha: NDArray[np.float32]
    x0: int
    y0: int
    depth_m: float


@dataclass(frozen=True, slots=True, eq=False)
class Still:
    """The base picture (output size plus `MARGIN_PX` on every side) and its maps, all (H, W).

    Attributes
    ----------
    camera
        Of the base picture.
    colour, behind
        uint8 (H, W, 3) sRGB; `behind` is the picture without its movable things.
    position, normal
        float32 (H, W, 3) in the world, metres.
    depth
        float32, metres along the camera's forward axis; very large where there is nothing.
    shape
        int16, index into the set's shapes, -1 for nothing.
    material
        int8, index into `MATERIALS`, -1 for none.
    lit
        float32, the share of direct light in what the pixel shows, 0..1: how much a shadow takes away.
    sprites
        The movable things in sight, by their shape's index.
    inner
        x0, y0, x1, y1 of what the output shows when the camera is still.
    """

    camera: Camera
    colour: NDArray[np.uint8]
    behind: NDArray[np.uint8]
    position: NDArray[np.float32]
    normal: NDArray[np.float32]
    depth: NDArray[np.float32]
    shape: NDArray[np.int16]
    material: NDArray[np.int8]
    lit: NDArray[np.float32]
    sprites: dict[int, Sprite]
    inner: tuple[int, int, int, int]


def trace_still(set_: Set, rng: np.random.Generator, texture_folder: Path | None = None) -> Still:
    """Trace a set's base picture and maps.

    Parameters
    ----------
    set_
        What is seen, and from where; its camera has the output's size.
    rng
        Places the samples on the light.
    texture_folder
        Where texture pictures come from; see `training.stage.picture.textures`.
    """
    camera = set_.camera.widened(MARGIN_PX)
    names = sorted({shape.look.texture for shape in set_.shapes})
    textures = pyramids([_texture(name, texture_folder) for name in names])
    shapes = packed(set_.shapes, {name: number for number, name in enumerate(names)})
    tracing = _Tracing(set_, camera, shapes, textures, rng)

    whole = tracing.run(np.zeros(len(shapes), np.bool_), np.ones((camera.height, camera.width), np.bool_))
    colour, lit = whole.shaded(set_.light)
    behind, sprites = colour, {}
    if tracing.movable.any() and whole.touched.any():
        changed = cv2.dilate(whole.touched.astype(np.uint8), np.ones((5, 5), np.uint8)) > 0
        # Smoothing looks two pixels around.
        around = cv2.dilate(changed.astype(np.uint8), np.ones((5, 5), np.uint8)) > 0
        emptied = tracing.run(tracing.movable.copy(), around)
        behind = np.where(changed[..., None], emptied.shaded(set_.light)[0], colour)
        sprites = _cut_out(whole, colour, tracing.movable)
    materials = [MATERIALS.index(shape.material) if shape.material else -1 for shape in set_.shapes]
    return Still(
        camera=camera,
        colour=colour,
        behind=behind,
        position=whole.position,
        normal=whole.normal,
        depth=whole.depth,
        shape=whole.number,
        material=np.array([*materials, -1], np.int8)[whole.number],
        lit=lit,
        sprites=sprites,
        inner=(MARGIN_PX, MARGIN_PX, camera.width - MARGIN_PX, camera.height - MARGIN_PX),
    )


def _texture(name: str, folder: Path | None) -> NDArray[np.uint8]:
    picture = load_texture(name, folder)
    if picture.shape != (TEXTURE_SIZE, TEXTURE_SIZE, 3):
        picture = cv2.resize(picture, (TEXTURE_SIZE, TEXTURE_SIZE), interpolation=cv2.INTER_AREA)
    return np.asarray(picture, np.uint8)


def light_row(light: Light) -> NDArray[np.float64]:
    """A light as the row of numbers that compiled loops take."""
    row = np.zeros(LIGHT_FIELDS)
    row[LIGHT_DIRECTION : LIGHT_DIRECTION + 3] = np.divide(light.direction, np.linalg.norm(light.direction))
    row[LIGHT_STRENGTH], row[LIGHT_AMBIENT] = light.strength, light.ambient
    row[LIGHT_COLOUR : LIGHT_COLOUR + 3] = light.colour
    row[LIGHT_SOFTNESS] = light.softness
    return row


class _Maps:
    """What one tracing fills, (H, W) and (H, W, 3); sums over the samples of each pixel."""

    def __init__(self, height: int, width: int) -> None:
        self.albedo = np.zeros((height, width, 3), np.float32)
        self.added = np.zeros((height, width, 3), np.float32)
        self.position = np.zeros((height, width, 3), np.float32)
        self.normal = np.zeros((height, width, 3), np.float32)
        self.facing = np.zeros((height, width), np.float32)
        self.seen_light = np.zeros((height, width), np.float32)
        self.room = np.zeros((height, width), np.float32)
        self.share = np.zeros((height, width), np.float32)
        self.depth = np.full((height, width), NOTHING, np.float32)
        self.number = np.full((height, width), -1, np.int16)
        self.touched = np.zeros((height, width), np.bool_)

    def shaded(self, light: Light) -> tuple[NDArray[np.uint8], NDArray[np.float32]]:
        """The sRGB picture (H, W, 3), and the share of direct light in it (H, W)."""
        seen, room = np.empty_like(self.room), np.empty_like(self.room)
        smooth(self.seen_light, self.number, self.normal, seen)
        smooth(self.room, self.number, self.normal, room)
        direct = light.strength * self.facing * seen / SAMPLES**2
        ambient = light.ambient * room / SAMPLES
        colour = np.asarray(light.colour, np.float32)
        linear = self.albedo * (direct[..., None] * colour + ambient[..., None]) / SAMPLES
        own = linear.sum(axis=-1)
        linear += self.added / SAMPLES
        share = direct / np.maximum(direct + ambient, 1e-6) * own / np.maximum(linear.sum(axis=-1), 1e-6)
        return encoded(linear.astype(np.float32)), share.astype(np.float32)


class _Tracing:
    """The numbers every tracing of one set shares."""

    def __init__(
        self, set_: Set, camera: Camera, shapes: NDArray, textures: NDArray, rng: np.random.Generator
    ) -> None:
        self.movable = np.array([shape.movable for shape in set_.shapes], np.bool_)
        self._camera, self._shapes, self._textures = camera, shapes, textures
        self._light, self._sky = light_row(set_.light), np.asarray(set_.sky, np.float64)
        self._noise = rng.random((64, 64))

    def run(self, skipped: NDArray[np.bool_], only: NDArray[np.bool_]) -> _Maps:
        """Trace the pixels of `only` (H, W) without the `skipped` shapes (n,)."""
        camera = self._camera
        maps = _Maps(camera.height, camera.width)
        trace(
            self._shapes, skipped, self.movable, self._textures, np.asarray(camera.eye, np.float64),
            camera.axes(), camera.focal_px, self._light, self._sky, self._noise, only,
            maps.albedo, maps.added, maps.facing, maps.seen_light, maps.room, maps.position, maps.normal,
            maps.depth, maps.number, maps.share, maps.touched,
        )  # fmt: skip
        return maps


def _cut_out(whole: _Maps, colour: NDArray[np.uint8], movable: NDArray[np.bool_]) -> dict[int, Sprite]:
    sprites: dict[int, Sprite] = {}
    for number in np.flatnonzero(movable):
        rows, columns = np.nonzero(whole.number == number)
        if not len(rows):
            continue
        y0, y1, x0, x1 = rows.min(), rows.max() + 1, columns.min(), columns.max() + 1
        own = whole.number[y0:y1, x0:x1] == number
        sprites[int(number)] = Sprite(
            colour=colour[y0:y1, x0:x1].copy(),
            alpha=np.where(own, whole.share[y0:y1, x0:x1] / SAMPLES, 0).astype(np.float32),
            x0=int(x0),
            y0=int(y0),
            depth_m=float(np.median(whole.depth[rows, columns])),
        )
    return sprites


def encoded(linear: NDArray[np.float32]) -> NDArray[np.uint8]:
    """Linear light to sRGB bytes, with a soft shoulder that keeps highlights from clipping hard."""
    toned = linear * (1.0 + linear / 2.6) / (1.0 + 0.55 * linear)
    np.clip(toned, 0.0, 1.0, out=toned)
    steps = (toned * 4095.0 + 0.5).astype(np.int32)
    return _SRGB_OF_STEP[steps]


def _srgb_table() -> NDArray[np.uint8]:
    light = np.arange(4096) / 4095
    curve = np.where(light <= 0.0031308, 12.92 * light, 1.055 * light ** (1 / 2.4) - 0.055)
    return np.rint(curve * 255).astype(np.uint8)


_SRGB_OF_STEP = _srgb_table()
