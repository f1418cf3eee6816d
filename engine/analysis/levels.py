"""From motion to loudness: the level of each hit, and the level curve of a whole video.

Few numbers, all fitted on the sound of seven real clips (84 contacts): how far an approach stands out
from the other motion says something about the level of its sound (correlation 0.5), the material says
more, and this does not know it.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from engine.analysis.result import DetectedHit
from engine.features.loudness import end_of_last_frame_s, level_db_of_power


@dataclass(frozen=True, slots=True)
class LevelConfig:
    """The fit.

    Attributes
    ----------
    level_db, slope_db
        Level of an approach as strong as the motion around it, and dB per tenfold strength.
    least_prominence, most_prominence
        log10 range of that strength on which the fit holds.
    room_db
        Level between contacts.
    decay_db_per_s
        How fast a sound dies away.
    scratch_fall_db
        How much less loud a scratch is at its end than where it begins.
    """

    level_db: float = -24.5
    slope_db: float = 13.0
    least_prominence: float = -0.3
    most_prominence: float = 1.2
    room_db: float = -47.0
    decay_db_per_s: float = 140.0
    scratch_fall_db: float = 20.0

    def hit_level_db(self, prominence: float) -> float:
        """Predicted level of the loudest 1/30 s of a contact's sound."""
        inside = min(max(prominence, self.least_prominence), self.most_prominence)
        return self.level_db + self.slope_db * inside


def level_curve_db(
    frame_times_s: NDArray[np.float64], hits: Iterable[DetectedHit], config: LevelConfig
) -> NDArray[np.float64]:
    """Predicted level while each picture is shown: the room, and every hit's sound dying away.

    A hit falls from its level at once; a scratch goes down slowly over its duration first.

    Parameters
    ----------
    frame_times_s
        (n,) ascending.

    Returns
    -------
    NDArray
        (n,) float64 in dBFS.
    """
    if not len(frame_times_s):
        return np.zeros(0)
    edges_s = np.append(frame_times_s, end_of_last_frame_s(frame_times_s))
    shown_s = np.diff(edges_s)
    power = np.full(len(frame_times_s), 10 ** (config.room_db / 10))
    for hit in hits:
        # Beyond this the sound is below the room by 40 dB.
        audible_s = hit.duration_s + (hit.level_db - config.room_db + 40) / config.decay_db_per_s
        first, last = np.searchsorted(edges_s, (hit.time_s, hit.time_s + audible_s), side="right")
        frames = slice(max(0, int(first) - 1), min(int(last), len(power)))
        after_s = np.maximum(edges_s[frames.start : frames.stop + 1] - hit.time_s, 0)
        during_s = np.minimum(after_s, hit.duration_s)
        energy_s = _faded_s(after_s - during_s, config.decay_db_per_s)
        if hit.duration_s > 0:
            left = 10 ** (-config.scratch_fall_db / 10)
            energy_s = _faded_s(during_s, config.scratch_fall_db / hit.duration_s) + left * energy_s
        power[frames] += 10 ** (hit.level_db / 10) * np.diff(energy_s) / shown_s[frames]
    return level_db_of_power(power)


def _faded_s(time_s: NDArray[np.float64], decay_db_per_s: float) -> NDArray[np.float64]:
    """How long a steady sound would take to bring the energy of one that fades."""
    rate = decay_db_per_s * np.log(10) / 10
    return -np.expm1(-rate * time_s) / rate
