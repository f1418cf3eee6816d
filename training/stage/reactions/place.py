"""The neighbourhood of a contact: the pixels of the struck surface, and where on the surface each one lies.

A surface has a frame of its own at the contact: `across` and `along` lie in it, `out` is its normal. Across
runs to the right in the picture as far as the surface allows. Lengths are in metres from the spot.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:
    from training.stage.camera import Camera
    from training.stage.contacts import Contact
    from training.stage.picture.still import Still
    from training.stage.world import Light

MAX_SIDE_PX = 160
"""A window is never larger than this, however close the camera is: what one picture costs stays bounded."""

_RIM = 12
"""Corners of the circle that a window is put around."""
_LEAST_FACING = 0.15
"""Light that grazes a surface more than this would change without measure with its slope."""


@dataclass(frozen=True, slots=True, eq=False)
class Place:
    """A window of the base picture around a contact.

    Attributes
    ----------
    left, top
        Where the window's first pixel lies in the base picture.
    across, along
        float32 (h, w), metres in the surface from the spot, of what each pixel shows; as far away as it
        is in space where the surface bends.
    own
        uint8 (h, w), 1 where the struck shape is seen.
    depth
        float32 (h, w), metres from the camera.
    lit
        float32 (h, w), the share of direct light, 0..1.
    frame
        float64 (3, 3), rows across, along, out in the world.
    px_per_m
        float32 (3, 2), how far a point at the spot moves in the picture (x, y) per metre across, along
        and out.
    light_per_slope
        float32 (2,), how much brighter direct light falls on the surface per unit of slope across and
        along: the relative change.
    """

    left: int
    top: int
    across: NDArray[np.float32]
    along: NDArray[np.float32]
    own: NDArray[np.uint8]
    depth: NDArray[np.float32]
    lit: NDArray[np.float32]
    frame: NDArray[np.float64]
    px_per_m: NDArray[np.float32]
    light_per_slope: NDArray[np.float32]

    @property
    def size(self) -> tuple[int, int]:
        """Height and width of the window in pixels."""
        return self.own.shape  # pyright: ignore[reportReturnType]

    def on_surface(self, points: NDArray[np.float64], spot: NDArray[np.float64]) -> NDArray[np.float64]:
        """Points (n, 3) of the world as (n, 2) metres across and along from the spot."""
        return (points - spot) @ self.frame[:2].T


def surface_frame(camera: Camera, normal: NDArray[np.floating]) -> NDArray[np.float64]:
    """(3, 3) unit rows across, along, out of a surface with this unit normal."""
    out = np.asarray(normal, np.float64)
    right, down, _ = camera.axes()
    across = right - (right @ out) * out
    if across @ across < 0.01:  # a wall seen edge on faces right itself
        across = down - (down @ out) * out
    across /= np.linalg.norm(across)
    return np.stack([across, np.asarray(np.cross(out, across), np.float64), out])


def px_per_metre(
    camera: Camera, point: NDArray[np.floating], frame: NDArray[np.float64]
) -> NDArray[np.float64]:
    """(3, 2): how far a point moves in the picture per metre along each row of the frame."""
    step = 1e-4
    ends = camera.project(np.concatenate([point + step * frame, point - step * frame]))
    return (ends[:3, :2] - ends[3:, :2]) / (2 * step)


def place_of(contact: Contact, still: Still, light: Light, radius_m: float) -> Place | None:
    """The window that holds everything within `radius_m` of a contact's path.

    Returns
    -------
    Place | None
        None when nothing of the struck shape is seen there: the contact is out of the picture or hidden.
    """
    spot = np.asarray(contact.spot, np.float64)
    frame = surface_frame(still.camera, np.asarray(contact.normal, np.float64))
    turns = np.linspace(0.0, 2 * math.pi, _RIM, endpoint=False)
    circle = radius_m * (np.cos(turns)[:, None] * frame[0] + np.sin(turns)[:, None] * frame[1])
    path = np.asarray(contact.stroke_points or (contact.spot,), np.float64)
    rim = still.camera.project((path[:, None, :] + circle).reshape(-1, 3))
    rim = rim[rim[:, 2] > 0.05]
    middle = still.camera.project(spot)
    if not len(rim) or middle[2] <= 0.05:
        return None
    height, width = still.shape.shape
    left, right = _span(rim[:, 0], middle[0], width)
    top, bottom = _span(rim[:, 1], middle[1], height)
    if right - left < 3 or bottom - top < 3:
        return None
    window = np.s_[top:bottom, left:right]
    away = still.position[window].astype(np.float64) - spot
    across, along, out = away @ frame[0], away @ frame[1], away @ frame[2]
    # On what is bent, or round the corner, the way from the spot is longer than it looks from above.
    flat = np.maximum(np.hypot(across, along), 1e-6)
    longer = np.hypot(flat, out) / flat
    across, along = across * longer, along * longer
    own = still.shape[window] == contact.shape
    if not (own & (_distance_to_path(across, along, (path - spot) @ frame[:2].T) < radius_m)).any():
        return None
    return Place(
        left=left,
        top=top,
        across=np.ascontiguousarray(across, np.float32),
        along=np.ascontiguousarray(along, np.float32),
        own=np.ascontiguousarray(own, np.uint8),
        depth=np.ascontiguousarray(still.depth[window], np.float32),
        lit=np.ascontiguousarray(still.lit[window], np.float32),
        frame=frame,
        px_per_m=px_per_metre(still.camera, spot, frame).astype(np.float32),
        light_per_slope=_light_per_slope(light, frame),
    )


def _distance_to_path(
    across: NDArray[np.float64], along: NDArray[np.float64], path: NDArray[np.float64]
) -> NDArray[np.float64]:
    """Distance (h, w) to the nearest point of a path (k, 2)."""
    nearest = np.full(across.shape, np.inf)
    for point in path:
        nearest = np.minimum(nearest, np.hypot(across - point[0], along - point[1]))
    return nearest


def _span(places_px: NDArray[np.float64], middle_px: float, size: int) -> tuple[int, int]:
    """First and last (exclusive) pixel of the window along one side of the picture."""
    first, last = math.floor(places_px.min()) - 1, math.ceil(places_px.max()) + 2
    if last - first > MAX_SIDE_PX:
        # What lies nearest to the first contact matters most.
        half = MAX_SIDE_PX // 2
        first = int(np.clip(round(middle_px) - half, first, last - MAX_SIDE_PX))
        last = first + MAX_SIDE_PX
    return max(0, min(size, first)), max(0, min(size, last))


def _light_per_slope(light: Light, frame: NDArray[np.float64]) -> NDArray[np.float32]:
    towards = np.divide(light.direction, np.linalg.norm(light.direction))
    across, along, out = frame @ towards
    return (-np.array([across, along]) / max(out, _LEAST_FACING)).clip(-3.0, 3.0).astype(np.float32)
