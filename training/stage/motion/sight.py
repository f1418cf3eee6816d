"""What the camera sees of points in space: in the picture or not, before the still scene or behind it."""

from __future__ import annotations

from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from training.stage.camera import Camera

HIDDEN_M = 0.012
"""What lies farther behind the still surface than this would be seen to sink into it."""


class DepthView(Protocol):
    """The part of `training.stage.picture.still.Still` that tells what lies in front of what."""

    @property
    def camera(self) -> Camera: ...

    @property
    def depth(self) -> NDArray[np.float32]: ...


class Sight:
    """A camera whose axes are worked out once.

    Parameters
    ----------
    camera
        Of the pictures that `depth` belongs to.
    depth
        float32 (height, width), metres along the camera's axis; None when nothing stands in the way.
    """

    def __init__(self, camera: Camera, depth: NDArray[np.float32] | None = None) -> None:
        self.width, self.height = camera.width, camera.height
        self._eye, self._axes, self._focal = np.asarray(camera.eye, float), camera.axes(), camera.focal_px
        self._depth = depth

    @property
    def forward(self) -> NDArray[np.float64]:
        """(3,) unit, where the camera looks."""
        return self._axes[2]

    def project(self, points: NDArray[np.float64]) -> NDArray[np.float64]:
        """As `Camera.project`: (n, 3) to x px, y px and depth in metres."""
        seen = (points - self._eye) @ self._axes.T
        scale = self._focal / np.where(np.abs(seen[..., 2]) < 1e-9, 1e-9, seen[..., 2])
        seen[..., 0] = self.width / 2 + seen[..., 0] * scale
        seen[..., 1] = self.height / 2 + seen[..., 1] * scale
        return seen

    def hidden(self, points: NDArray[np.float64], radius_m: NDArray[np.float64] | float) -> NDArray[np.bool_]:
        """Which points (n, 3), as balls of those radii, sink into the still scene; none outside of it."""
        if self._depth is None:
            return np.zeros(len(points), np.bool_)
        seen = self.project(points)
        height, width = self._depth.shape
        inside = (seen[:, 2] > 0) & (seen[:, 0] >= 0) & (seen[:, 0] < width)
        inside &= (seen[:, 1] >= 0) & (seen[:, 1] < height)
        column = np.where(inside, seen[:, 0], 0).astype(np.intp)
        row = np.where(inside, seen[:, 1], 0).astype(np.intp)
        return inside & (seen[:, 2] + radius_m - self._depth[row, column] > HIDDEN_M)

    def is_empty_of(self, points: NDArray[np.float64], radius_m: float) -> bool:
        """Whether none of the points (n, 3), as balls of that radius, is seen in the picture."""
        seen = self.project(points)
        edge = radius_m * self._focal / np.maximum(seen[:, 2], 0.05)
        out = (seen[:, 0] < -edge) | (seen[:, 0] > self.width + edge) | (seen[:, 2] < 0.03)
        out |= (seen[:, 1] < -edge) | (seen[:, 1] > self.height + edge)
        return bool(out.all())
