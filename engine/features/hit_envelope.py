"""How loud hits sound at every moment: from how loud each is, and how sounds of its material die away.

Conventions
-----------
Levels in dBFS are those of `SoundingHit`: RMS of a hit's loudest 1/30 s. A table of decays has a row per
material of `MATERIALS`, and a last one for what nobody knows, with the level at each of `DECAY_TIMES_S`
against the hit's own, in dB.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from engine.features.hit_curves import SoundingHit
from engine.project.materials import MATERIALS

DECAY_TIMES_S = (0.0, 0.002, 0.005, 0.01, 0.02, 0.04, 0.08, 0.16, 0.32, 0.64, 1.28, 2.56)
"""So long after a hit."""

_SCRATCH_S = 0.02
"""A scratch is as loud as a hit so long after it until it ends, and dies away from there."""

ROOM_DB = -70.0
"""How loud a room is in which nothing is struck, where nobody knows."""

DECAYS_SHAPE = (len(MATERIALS) + 1, len(DECAY_TIMES_S))


def hit_envelope(
    hits: Sequence[SoundingHit],
    decays_db: NDArray[np.floating],
    room_db: float,
    first_step: int,
    steps: int,
    step_s: float,
) -> NDArray[np.float64]:
    """RMS of the sound of all hits and of the room at the bounds of steps.

    Parameters
    ----------
    hits
        In any order.
    decays_db
        (materials + 1, times), see the module.
    room_db
        In dBFS.
    first_step, steps, step_s
        Steps are counted from time 0.

    Returns
    -------
    NDArray
        (steps + 1,). A hit counts from the first bound at or after its time.
    """
    times_s = np.arange(first_step, first_step + steps + 1) * step_s
    power = np.full(steps + 1, 10.0 ** (room_db / 10.0))
    for hit in hits:
        since_s = times_s - hit.time_s
        sounding = (since_s >= -1e-9) & (since_s <= hit.duration_s + DECAY_TIMES_S[-1])
        if sounding.any():
            shares = np.append(hit.materials, max(0.0, 1.0 - sum(hit.materials)))
            into_s = since_s[sounding]
            if hit.action == "scratch":
                into_s = np.maximum(into_s - hit.duration_s, 0.0) + _SCRATCH_S
            decay_db = np.interp(into_s, DECAY_TIMES_S, shares @ decays_db)
            power[sounding] += 10.0 ** ((hit.level_db + decay_db) / 10.0)
    return np.sqrt(power)
