"""Who moves in a clip, as the renderer sees it."""

from __future__ import annotations

from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from training.stage.motion.wardrobe import Paint


class Moving(Protocol):
    """Someone who is made of round cones."""

    @property
    def paints(self) -> tuple[Paint, ...]:
        """What the paint numbers of the cones stand for."""
        ...

    def cones(self, time_s: float) -> NDArray[np.float64]:
        """The round cones at a time: (n, 9) of two points (m), two radii (m) and the paint's number."""
        ...
