"""A pinhole camera: where a point lies in the picture, and which ray a pixel looks along.

Pixels have their centres at half-integers: the picture's top left corner is (0, 0), x runs right, y down.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

WIDTH, HEIGHT = 344, 256
"""The size of the Greatest Hits clips at hand."""


@dataclass(frozen=True, slots=True)
class Camera:
    """Where the picture is taken from.

    Attributes
    ----------
    eye, target
        In metres.
    field_of_view_deg
        Spans the picture's height.
    width, height
        In pixels.
    roll_deg
        The camera leans to the right by this.
    """

    eye: tuple[float, float, float]
    target: tuple[float, float, float]
    field_of_view_deg: float = 45.0
    width: int = WIDTH
    height: int = HEIGHT
    roll_deg: float = 0.0

    @property
    def focal_px(self) -> float:
        """Distance of the picture plane, in pixels."""
        return self.height / 2 / math.tan(math.radians(self.field_of_view_deg) / 2)

    def axes(self) -> NDArray[np.float64]:
        """(3, 3) unit rows: right, down, forward."""
        forward = np.subtract(self.target, self.eye)
        forward = forward / np.linalg.norm(forward)
        # Looking straight up or down, the y axis serves as the picture's top.
        top = (0.0, 0.0, 1.0) if abs(forward[2]) < 0.999 else (0.0, 1.0, 0.0)
        right = np.cross(forward, top)
        right /= np.linalg.norm(right)
        down = np.cross(forward, right)
        c, s = math.cos(math.radians(self.roll_deg)), math.sin(math.radians(self.roll_deg))
        return np.stack([c * right + s * down, -s * right + c * down, forward])

    def project(self, points: NDArray[np.floating]) -> NDArray[np.float64]:
        """Where points (n, 3) or (3,) lie: (n, 3) or (3,) of x px, y px and depth in metres.

        Points behind the camera have a depth below zero and no meaningful place.
        """
        seen = (np.asarray(points, np.float64) - self.eye) @ self.axes().T
        depth = seen[..., 2]
        scale = self.focal_px / np.where(np.abs(depth) < 1e-9, 1e-9, depth)
        return np.stack(
            [self.width / 2 + seen[..., 0] * scale, self.height / 2 + seen[..., 1] * scale, depth], axis=-1
        )

    def point_at(self, x_px: float, y_px: float, depth_m: float) -> NDArray[np.float64]:
        """The point (3,) that lies at a pixel and depth; the inverse of `project`."""
        right, down, forward = self.axes()
        across = (x_px - self.width / 2) / self.focal_px * depth_m
        below = (y_px - self.height / 2) / self.focal_px * depth_m
        return np.asarray(self.eye) + across * right + below * down + depth_m * forward

    def widened(self, margin_px: int) -> Camera:
        """The same view with so many more pixels on every side."""
        height = self.height + 2 * margin_px
        half = math.tan(math.radians(self.field_of_view_deg) / 2) * height / self.height
        return Camera(
            self.eye,
            self.target,
            math.degrees(2 * math.atan(half)),
            self.width + 2 * margin_px,
            height,
            self.roll_deg,
        )
