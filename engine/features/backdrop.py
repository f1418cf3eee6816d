"""The scene without what moves: the median of a few pictures of the last seconds."""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from engine.features.steady import change_between, is_shift, shifted


@dataclass(frozen=True, slots=True)
class BackdropConfig:
    """How the backdrop is found.

    Attributes
    ----------
    pictures
        The median is over this many.
    interval_s
        How far they are apart.
    """

    pictures: int = 9
    interval_s: float = 0.4


class Backdrop:
    """Follows a scene, and tells how far each picture differs from it.

    The pictures it keeps move along with the camera. It only looks back, so at the beginning of a shot the
    first picture is the backdrop, whatever stands in it.
    """

    def __init__(self, config: BackdropConfig | None = None) -> None:
        self._config = config or BackdropConfig()
        self._kept: deque[NDArray[np.float32]] = deque(maxlen=self._config.pictures)
        self._median = np.zeros((1, 1), np.float32)
        self._newest_s = 0.0
        self._shift = np.zeros(2, np.float32)

    def restart(self, picture: NDArray[np.float32], time_s: float) -> None:
        """Forget everything: a new shot begins with this picture."""
        self._kept.clear()
        self._shift[:] = 0
        self._keep(picture, time_s)

    def follow(self, picture: NDArray[np.float32], time_s: float, shift: NDArray[np.floating]) -> None:
        """Take in the next picture of the shot.

        Parameters
        ----------
        picture
            float32 (height, width); all pictures of a shot have the same size.
        time_s
            Its time.
        shift
            (2,) how far the camera's motion moved it since the one before, x and y in pixels.
        """
        self._shift += shift
        if time_s - self._newest_s >= self._config.interval_s:
            self._follow_camera()
            self._keep(picture, time_s)

    def difference(self, picture: NDArray[np.float32]) -> NDArray[np.float32]:
        """How far the latest picture differs from it, in gray levels >= 0 (height, width)."""
        return np.abs(change_between(self._median, picture, self._shift))

    def _follow_camera(self) -> None:
        if is_shift(self._shift):
            self._kept.extend([shifted(kept, self._shift) for kept in self._kept])
            self._shift[:] = 0

    def _keep(self, picture: NDArray[np.float32], time_s: float) -> None:
        self._kept.append(picture)
        self._newest_s = time_s
        self._median = np.median(np.stack(self._kept), axis=0)
