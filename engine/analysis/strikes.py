"""Moments of contact in the motion of one shot: a fast approach that stops or turns at once.

Three things are added up at every instant, each about 1 for a clear strike:

- **stop**: by how much the (logarithm of the) motion energy falls from just before to just after. A stick
  that meets a surface loses its motion within a frame; a hand at the top of its swing slows down gently.
- **turn**: the change of velocity against the direction of striking, which is down and away from the side
  the arm reaches in at, relative to how fast things move in this shot anyway.
- **approach**: that velocity itself, just before.

The local maxima of the sum are the candidates.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from engine.features.flow import MotionSample

Curve = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class StrikeConfig:
    """How strikes are told from other motion. Energies are in gray levels, speeds in picture sizes/s.

    Attributes
    ----------
    grid_rate_hz
        The curves are looked at on a fixed grid, so that no window changes them.
    stop_window_s, turn_window_s
        How far before and after are compared for the stop and for the turn.
    energy_floor, speed_floor
        Below these, motion is none.
    still_share
        Nor is energy below this share of what is usual around: the gentle end of a swing is no stop.
    largest_stop
        A stop counts this much at most: a hand that leaves the picture stops more completely than one
        that strikes.
    sideways
        Weight of "away from the arm" against "down" in the direction of striking.
    approach_weight
        Weight of the approach.
    speed_window_s, arm_window_s, level_window_s
        How far around the usual speed, the arm's side and the usual energy are taken from.
    delay_s
        Added to every time. Measured on real clips against their sound; a picture's time is when its
        exposure begins, and what it shows happened later.
    lowest_score
        Weaker candidates are dropped.
    closest_s
        Of candidates closer than this, the strongest stays.
    """

    grid_rate_hz: float = 120.0
    stop_window_s: float = 0.05
    turn_window_s: float = 0.1
    energy_floor: float = 0.1
    speed_floor: float = 0.11
    still_share: float = 0.2
    largest_stop: float = 1.0
    sideways: float = 1.5
    approach_weight: float = 0.5
    speed_window_s: float = 1.0
    arm_window_s: float = 2.0
    level_window_s: float = 4.0
    delay_s: float = 0.012
    lowest_score: float = 0.5
    closest_s: float = 0.1

    @property
    def context_s(self) -> float:
        """How far around a moment the motion must be known."""
        return self.level_window_s


@dataclass(frozen=True, slots=True)
class Strike:
    """A candidate for a contact.

    Attributes
    ----------
    time_s
        When it happens.
    score
        The sum of stop, turn and approach; about 1 is as likely a contact as not.
    prominence
        log10 of the approach's peak energy over the mean energy around: how far it stands out.
    still_after_s
        When the motion after it has died down.
    contact
        Where the far end of the motion stopped, (x, y) in 0..1; None when nothing moved.
    """

    time_s: float
    score: float
    prominence: float
    still_after_s: float
    contact: tuple[float, float] | None


def find_strikes(motion: Sequence[MotionSample], config: StrikeConfig) -> list[Strike]:
    """Candidates of one shot, by time.

    Parameters
    ----------
    motion
        Samples of a single shot in order of time.
    """
    curves = _Curves(motion, config)
    # At either end there is no before or no after to compare.
    margin = round(config.stop_window_s * config.grid_rate_hz)
    if len(curves.grid_s) <= 2 * margin:
        return []
    reach = max(1, round(config.closest_s * config.grid_rate_hz))
    maxima = _local_maxima(curves.score[margin:-margin], reach) + margin
    return [curves.strike_at(int(index)) for index in maxima if curves.score[index] >= config.lowest_score]


def _local_maxima(curve: Curve, reach: int) -> NDArray[np.intp]:
    """Indices of values that no value within `reach` exceeds (the first one of equals)."""
    padded = np.pad(curve, reach, constant_values=-np.inf)
    windows = np.lib.stride_tricks.sliding_window_view(padded, 2 * reach + 1)
    is_highest = (curve >= windows.max(axis=1)) & (curve > windows[:, :reach].max(axis=1))
    # A maximum at the edge is only where the range was cut.
    is_highest[[0, -1]] = False
    return np.flatnonzero(is_highest)


class _Curves:
    """The curves of one shot on a fixed time grid."""

    def __init__(self, motion: Sequence[MotionSample], config: StrikeConfig) -> None:
        self._motion = motion
        self._config = config
        self._middle_s = np.array([(sample.start_s + sample.end_s) / 2 for sample in motion])
        rate = config.grid_rate_hz
        if len(motion) < 2:
            self.grid_s = np.zeros(0)
            return
        first, last = np.ceil(self._middle_s[0] * rate), np.floor(self._middle_s[-1] * rate)
        self.grid_s = np.arange(first, last + 1) / rate

    @cached_property
    def energy(self) -> Curve:
        return self._on_grid("energy")

    @cached_property
    def score(self) -> Curve:
        config = self._config
        still = config.energy_floor + config.still_share * self.usual_energy
        log_energy = np.log(self.energy + still)
        left, right = (
            self._around(self._on_grid(f"energy_{side}"), config.arm_window_s) for side in ("left", "right")
        )
        across = config.sideways * (left - right) / (left + right + config.energy_floor)
        velocity_x, velocity_y = self._on_grid("velocity_x"), self._on_grid("velocity_y")
        usual_speed = np.sqrt(self._around(velocity_x**2 + velocity_y**2, config.speed_window_s))
        striking = (velocity_x * across + velocity_y) / np.sqrt(across**2 + 1)
        striking /= usual_speed + config.speed_floor
        stop_s, turn_s = config.stop_window_s, config.turn_window_s
        stop = self._mean(log_energy, -stop_s, 0) - self._mean(log_energy, 0, stop_s)
        before = self._mean(striking, -turn_s, 0)
        turn = before - self._mean(striking, 0, turn_s)
        return np.minimum(stop, config.largest_stop) + turn + config.approach_weight * before

    @cached_property
    def usual_energy(self) -> Curve:
        return self._around(self.energy, self._config.level_window_s)

    def strike_at(self, index: int) -> Strike:
        config = self._config
        below, peak, above = (float(value) for value in self.score[index - 1 : index + 2])
        bend = below - 2 * peak + above
        offset = 0.5 * (below - above) / bend if bend < 0 else 0.0
        stop_s = float(self.grid_s[index]) + offset / config.grid_rate_hz
        return Strike(
            time_s=max(0.0, stop_s + config.delay_s),
            score=peak,
            prominence=self._prominence(index),
            still_after_s=self._still_after(index) + config.delay_s,
            contact=self._contact(stop_s),
        )

    def _prominence(self, index: int) -> float:
        floor = self._config.energy_floor
        first = max(0, index - round(0.15 * self._config.grid_rate_hz))
        peak = float(self.energy[first : index + 1].max())
        return float(np.log10((peak + floor) / (float(self.usual_energy[index]) + floor)))

    def _still_after(self, index: int) -> float:
        rate = self._config.grid_rate_hz
        first = index + round(self._config.stop_window_s * rate)
        is_still = self.energy[first : index + round(1.5 * rate)] < 0.5 * self.usual_energy[index]
        count = int(np.argmax(is_still)) if is_still.any() else len(is_still)
        return float(self.grid_s[min(first + count, len(self.grid_s) - 1)])

    def _contact(self, stop_s: float) -> tuple[float, float] | None:
        first_s, last_s = stop_s - self._config.stop_window_s, stop_s + self._config.stop_window_s
        samples = [sample for sample in self._motion if sample.end_s >= first_s and sample.start_s <= last_s]
        weight = sum(sample.energy for sample in samples)
        if weight <= 0:
            return None
        x = sum(sample.energy * sample.reach_x for sample in samples) / weight
        y = sum(sample.energy * sample.reach_y for sample in samples) / weight
        return min(max(x, 0.0), 1.0), min(max(y, 0.0), 1.0)

    def _on_grid(self, field: str) -> Curve:
        values = np.array([getattr(sample, field) for sample in self._motion])
        return np.interp(self.grid_s, self._middle_s, values)

    def _around(self, curve: Curve, reach_s: float) -> Curve:
        return self._mean(curve, -reach_s, reach_s)

    def _mean(self, curve: Curve, start_s: float, end_s: float) -> Curve:
        """Mean of a curve from `start_s` to `end_s` around every grid point, inside the shot."""
        rate = self._config.grid_rate_hz
        total = np.concatenate(([0.0], np.cumsum((curve[1:] + curve[:-1]) / 2)))
        steps = np.arange(len(curve), dtype=np.float64)
        first = np.clip(steps + start_s * rate, 0, len(curve) - 1)
        last = np.clip(steps + end_s * rate, 0, len(curve) - 1)
        length = last - first
        integral = np.interp(last, steps, total) - np.interp(first, steps, total)
        return np.where(length > 0, integral / np.maximum(length, 1e-9), curve)
