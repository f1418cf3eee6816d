"""A set while it is being furnished: its shapes so far, its camera, and the materials still to be shown.

The camera stands on the -y side and looks towards +y. What the set is about lies around the origin.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace

import numpy as np

from training.stage.camera import HEIGHT, WIDTH, Camera
from training.stage.sets.wardrobe import Wardrobe
from training.stage.world import UPRIGHT, Light, Look, Rotation, Shape, ShapeKind, Vector, turned

MOST_SHAPES = 40
_MOST_TRIES = 24


def placed(parts: Iterable[Shape], at: Vector, turn: Rotation = UPRIGHT) -> list[Shape]:
    """Parts around the origin, turned and moved as a whole."""
    frame = np.asarray(turn)
    moved = []
    for part in parts:
        centre = frame @ part.centre + at
        own = frame @ np.asarray(part.turn)
        moved.append(
            replace(
                part,
                centre=(float(centre[0]), float(centre[1]), float(centre[2])),
                turn=tuple(tuple(float(v) for v in row) for row in own),
            )
        )
    return moved


def footprint_m(parts: Iterable[Shape]) -> float:
    """Radius of the circle around the origin that parts keep within, seen from above."""
    reach = 0.0
    for part in parts:
        wide = np.abs(np.asarray(part.turn)) @ part.half
        reach = max(reach, math.hypot(abs(part.centre[0]) + wide[0], abs(part.centre[1]) + wide[1]))
    return reach


class Draft:
    """Collects what becomes a `Set`.

    Parameters
    ----------
    rng
        Source of all draws.
    wardrobe
        Where looks come from.
    wanted
        Materials the set is to show as targets, the most important first.
    size
        Width and height of the picture, px.

    Attributes
    ----------
    pending
        Those of the wanted that nothing shows yet.
    shapes
        In the order of their numbers.
    camera, light, sky
        As in `Set`; see `look_from` for the camera.
    """

    def __init__(
        self,
        rng: np.random.Generator,
        wardrobe: Wardrobe,
        wanted: Sequence[str],
        size: tuple[int, int] = (WIDTH, HEIGHT),
    ) -> None:
        self.rng, self.wardrobe = rng, wardrobe
        self.pending = list(dict.fromkeys(wanted))
        self.shapes: list[Shape] = []
        self.camera = Camera((0.0, -1.0, 1.0), (0.0, 0.0, 0.0), width=size[0], height=size[1])
        self.light = Light((0.0, -0.3, 1.0))
        self.sky: Vector = (0.4, 0.4, 0.4)
        self._taken: list[tuple[float, float, float]] = []

    # Draws.

    def between(self, low: float, high: float) -> float:
        """A uniform draw."""
        return float(self.rng.uniform(low, high))

    def chance(self, share: float) -> bool:
        """True in this share of cases."""
        return bool(self.rng.random() < share)

    def one_of(self, *choices: str) -> str:
        """One of some words."""
        return choices[self.rng.integers(len(choices))]

    # Materials.

    def claim(self, *materials: str) -> str | None:
        """The first pending of these materials, which is then no longer pending."""
        for material in self.pending:
            if material in materials:
                self.pending.remove(material)
                return material
        return None

    def surface(self, choices: Mapping[str, tuple[str, ...]], hidden: bool = False) -> tuple[str, Look, bool]:
        """Material, look and whether it is a target, for a surface that may be of several materials.

        Parameters
        ----------
        choices
            Styles to wear, per possible material.
        hidden
            The surface is hardly seen: it can't show a wanted material.
        """
        claimed = None if hidden else self.claim(*choices)
        material = claimed or self.one_of(*choices)
        return material, self.wardrobe.look(*choices[material]), claimed is not None

    # Shapes.

    def room_left(self) -> int:
        """How many more shapes the set may have."""
        return MOST_SHAPES - len(self.shapes)

    def add(
        self,
        kind: ShapeKind,
        centre: Vector,
        half: Vector,
        look: Look,
        material: str | None = None,
        *,
        turn: Rotation = UPRIGHT,
        round_m: float = 0.0,
        movable: bool = False,
        target: bool = False,
        name: str = "",
    ) -> None:
        """One shape in world coordinates; see `Shape`."""
        self.shapes.append(Shape(kind, centre, half, look, material, turn, round_m, movable, target, name))

    def put(self, parts: Sequence[Shape], at: Vector, turn: Rotation = UPRIGHT) -> bool:
        """Add a thing whose parts lie around the origin; False when it has too many of them."""
        if len(parts) > self.room_left():
            return False
        self.shapes.extend(placed(parts, at, turn))
        self._taken.append((at[0], at[1], footprint_m(parts)))
        return True

    # The camera, and places by where they are in the picture.

    def look_from(
        self,
        focus: Vector,
        height_m: tuple[float, float],
        elevation_deg: tuple[float, float],
        azimuth_deg: tuple[float, float] = (-35.0, 35.0),
        drift: float = 0.12,
    ) -> None:
        """Place the camera.

        Parameters
        ----------
        focus
            Point that lies near the picture's middle.
        height_m
            Least and greatest height of what the picture shows at the focus.
        elevation_deg
            How far the camera looks down: 0 is level, 90 straight down.
        azimuth_deg
            How far to the right of -y it stands.
        drift
            The focus is off the middle by up to this share of the height.
        """
        rng = self.rng
        # Near views are the usual ones.
        span = height_m[0] + (height_m[1] - height_m[0]) * float(rng.random()) ** 1.6
        elevation, azimuth = (
            math.radians(self.between(*elevation_deg)),
            math.radians(self.between(*azimuth_deg)),
        )
        view_deg = self.between(36, 56)
        distance = span / 2 / math.tan(math.radians(view_deg) / 2)
        off = rng.uniform(-drift, drift, 3) * span * (1.3, 1.0, 1.0)
        target = np.add(focus, off)
        away = (
            math.cos(elevation) * math.sin(azimuth),
            -math.cos(elevation) * math.cos(azimuth),
            math.sin(elevation),
        )
        eye = target + np.multiply(away, distance)
        self.camera = Camera(
            eye=(float(eye[0]), float(eye[1]), float(eye[2])),
            target=(float(target[0]), float(target[1]), float(target[2])),
            field_of_view_deg=view_deg,
            width=self.camera.width,
            height=self.camera.height,
            roll_deg=float(np.clip(rng.normal(0, 3.5), -12, 12)),
        )

    def spot(self, x: float, y: float, height_m: float = 0.0) -> Vector | None:
        """Where the picture's point (0..1 of its sides) lies on a level plane; None above the horizon."""
        return self._on_plane(x, y, 2, height_m)

    def wall_spot(self, x: float, y: float, wall_m: float = 0.0) -> Vector | None:
        """Where the picture's point lies on the upright plane y = `wall_m`."""
        return self._on_plane(x, y, 1, wall_m)

    def _on_plane(self, x: float, y: float, axis: int, value: float) -> Vector | None:
        camera = self.camera
        one_metre = camera.point_at(x * camera.width, y * camera.height, 1.0)
        ray = one_metre - camera.eye
        if abs(ray[axis]) < 1e-6:
            return None
        share = (value - camera.eye[axis]) / ray[axis]
        if not 0 < share < 12:
            return None
        point = np.asarray(camera.eye) + share * ray
        return float(point[0]), float(point[1]), float(point[2])

    def size_at(self, spot: Vector) -> float:
        """Height in metres that the picture shows at a place."""
        depth = float(self.camera.project(np.asarray(spot))[2])
        return depth * self.camera.height / self.camera.focal_px

    def free_spot(
        self,
        radius_m: float,
        height_m: float = 0.0,
        x: tuple[float, float] = (0.2, 0.85),
        y: tuple[float, float] = (0.35, 0.8),
        within: tuple[float, float, float, float] | None = None,
    ) -> Vector | None:
        """A place in sight on a level plane where a thing of this radius touches no other.

        Parameters
        ----------
        radius_m
            The thing's footprint.
        height_m
            Of the plane.
        x, y
            Part of the picture, 0..1, that the spot is in.
        within
            x0, y0, x1, y1 in metres: what the plane has room for.
        """
        for attempt in range(_MOST_TRIES):
            spot = self.spot(self.between(*x), self.between(*y), height_m)
            if spot is None:
                continue
            # Crowding is allowed for more and more as no free place turns up.
            squeeze = 1.0 - 0.5 * attempt / _MOST_TRIES
            if within is not None and not (
                within[0] + radius_m * squeeze <= spot[0] <= within[2] - radius_m * squeeze
                and within[1] + radius_m * squeeze <= spot[1] <= within[3] - radius_m * squeeze
            ):
                continue
            if all(
                math.hypot(spot[0] - a, spot[1] - b) >= (radius_m + r) * squeeze for a, b, r in self._taken
            ):
                return spot
        return None

    def any_turn(self, spread: float = math.pi) -> Rotation:
        """Turned about the vertical by up to this many radians."""
        return turned(self.between(-spread, spread))
