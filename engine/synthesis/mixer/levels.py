"""How loud and where: decibels, the pan law, fades, and the editor's level line.

Conventions
-----------
Pan is constant power with the centre at unity: a sound in the middle is as loud in each channel of a
stereo project as in a mono one, and the two channels' power is the same wherever it stands. At the edge
one channel carries all of it, 3 dB up. A stereo sound is balanced instead: the side it turns away from
gets quieter by the same law, the other stays as it is. A mono project ignores pan. Hits and generated tracks
are blended like the two sides of a stereo sound.
"""

from __future__ import annotations

import math
from bisect import bisect_right
from functools import lru_cache
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from engine.project.document import LoudnessCurve


class ChannelGains(NamedTuple):
    """Linear gain per output channel; a mono project uses `left` alone."""

    left: float
    right: float


def gain_of_db(gain_db: float) -> float:
    """Linear gain: 10^(dB/20)."""
    return 10.0 ** (gain_db / 20.0)


def mono_source_gains(gain_db: float, pan: float, channels: int) -> ChannelGains:
    """Gains of a one-channel sound; `pan` from -1 (left) to +1 (right)."""
    gain = gain_of_db(gain_db)
    if channels == 1:
        return ChannelGains(gain, gain)
    angle = (min(max(pan, -1.0), 1.0) + 1.0) * math.pi / 4.0
    return ChannelGains(gain * math.sqrt(2.0) * math.cos(angle), gain * math.sqrt(2.0) * math.sin(angle))


def stereo_source_gains(gain_db: float, pan: float, channels: int) -> ChannelGains:
    """Gains of a two-channel sound: balance."""
    gain = gain_of_db(gain_db)
    mono = mono_source_gains(0.0, pan, channels)
    return ChannelGains(gain * min(1.0, mono.left), gain * min(1.0, mono.right))


class BlendGains(NamedTuple):
    """Linear gain of the hits and of the generated tracks; 0 where a side is not heard at all."""

    hits: float
    generated: float


def blend_gains(blend: float) -> BlendGains:
    """How loud either side is, by the law of balance: both at unity in the middle, one alone at an end."""
    if blend in (0.0, 1.0):
        return BlendGains(1.0 - blend, blend)
    angle = blend * math.pi / 2.0
    return BlendGains(min(1.0, math.sqrt(2.0) * math.cos(angle)), min(1.0, math.sqrt(2.0) * math.sin(angle)))


@lru_cache(maxsize=4096)
def fade_ramp(length: int) -> NDArray[np.float32]:
    """The rising half of an equal-power fade: sin(π/2 · (i + ½) / length), (length,) float32.

    A fade-out is the same read backwards, so the two together keep the power of a crossfade.
    """
    ramp = np.sin(np.pi / 2.0 * (np.arange(length) + 0.5) / max(1, length)).astype(np.float32)
    ramp.setflags(write=False)
    return ramp


class LevelLine:
    """The editor's automation, prepared for many look-ups (`LoudnessCurve.automation_gain_db` scans)."""

    def __init__(self, loudness: LoudnessCurve) -> None:
        self._points = loudness.automation
        self._positions = [point.position for point in self._points]

    def gain_db(self, position: int) -> float:
        """The line at a position: linear in dB between points, level outside them."""
        if not self._points:
            return 0.0
        after = bisect_right(self._positions, position)
        if after == 0:
            return self._points[0].gain_db
        if after == len(self._points):
            return self._points[-1].gain_db
        before, later = self._points[after - 1], self._points[after]
        share = (position - before.position) / (later.position - before.position)
        return before.gain_db + share * (later.gain_db - before.gain_db)
