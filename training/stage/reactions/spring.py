"""How what was pushed comes back: at once or slowly, swinging or not, all the way or not."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

_LASTS = 5.0
"""After so many times `relax_s` nothing moves any more."""


@dataclass(frozen=True, slots=True)
class Spring:
    """Share of the full displacement over time.

    Attributes
    ----------
    rise_s
        From the touch to the full displacement.
    hold_s
        The stick keeps it there so long.
    relax_s
        Time constant of the way back.
    swing_hz
        Rate at which it swings on the way back; 0 creeps.
    stays
        Share of the displacement that remains for good.
    """

    rise_s: float = 0.02
    hold_s: float = 0.05
    relax_s: float = 0.1
    swing_hz: float = 0.0
    stays: float = 0.0

    @property
    def lasts_s(self) -> float:
        """From the touch until it is still again."""
        return self.rise_s + self.hold_s + _LASTS * self.relax_s

    def pushed(self, age_s: NDArray[np.floating] | float) -> NDArray[np.float64]:
        """Share so long after the touch: 0 before it, 1 while held, `stays` in the end."""
        age = np.asarray(age_s, np.float64)
        rising = np.clip(age / self.rise_s, 0.0, 1.0)
        return np.where(
            age < self.rise_s, rising * (2.0 - rising), self.released(age - self.rise_s - self.hold_s)
        )

    def released(self, age_s: NDArray[np.floating] | float) -> NDArray[np.float64]:
        """Share so long after the stick let go: 1 before it."""
        age = np.maximum(age_s, 0.0)
        over = np.clip(age / (_LASTS * self.relax_s), 0.0, 1.0)
        swing = np.exp(-age / self.relax_s) * np.cos(2 * np.pi * self.swing_hz * age) * (1.0 - over * over)
        return self.stays + (1.0 - self.stays) * swing
