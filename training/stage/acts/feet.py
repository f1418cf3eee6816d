"""Two feet over time: they push off, swing, come down on the heel, and roll flat.

Each foot is five channels of knots that cubic Hermite pieces join (`training.stage.motion.pose.knot_value`):
the place of the heel's lowest point (x, y, z in metres), the pitch (radians, toes up) and the heading.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from training.stage.motion.halts import stop_dead
from training.stage.motion.pose import knot_value
from training.stage.motion.stroke import Knot

FOOT_M = 0.22
"""From under the heel to under the toes."""
_X, _Y, _Z, _PITCH, _HEADING = range(5)
CHANNELS = 5
_PUSH_OFF_S, _ROLLS_S = 0.16, 0.07
_PUSH_OFF = 0.55


@dataclass(frozen=True, slots=True)
class Step:
    """How a foot comes down.

    Attributes
    ----------
    time_s
        When the heel touches.
    place
        Where (x, y), metres.
    heading
        Which way the toes point, radians from +x.
    speed_m_s
        How fast the heel comes down.
    clear_m
        How high the foot is lifted on the way.
    toes_up
        Pitch in radians at the touch.
    hangs_s
        For how long the foot hangs above its place before, having stopped dead; 0 for a step like most.
    """

    time_s: float
    place: tuple[float, float]
    heading: float
    speed_m_s: float
    clear_m: float
    toes_up: float
    hangs_s: float = 0.0


@dataclass(slots=True)
class FootTrack:
    """One foot's knots while they are planned; it stands from the beginning."""

    place: tuple[float, float]
    heading: float
    channels: tuple[list[Knot], ...] = field(default_factory=lambda: tuple([] for _ in range(CHANNELS)))
    halts_s: list[float] = field(default_factory=list)

    def __post_init__(self) -> None:
        self._hold(-10.0, (*self.place, 0.0, 0.0, self.heading))

    def take(self, step: Step, lifts_s: float, rng: np.random.Generator) -> None:
        """Lift the foot at a time and put it down as the step says; it stands then."""
        cosine, sine = math.cos(self.heading), math.sin(self.heading)
        push_s = min(_PUSH_OFF_S, 0.5 * (step.time_s - lifts_s))
        forward_m, high_m = FOOT_M * (1 - math.cos(_PUSH_OFF)), FOOT_M * math.sin(_PUSH_OFF)
        raised = (
            self.place[0] + forward_m * cosine,
            self.place[1] + forward_m * sine,
            high_m,
            -_PUSH_OFF,
            self.heading,
        )
        self._hold(lifts_s, (*self.place, 0.0, 0.0, self.heading))
        self._hold(lifts_s + push_s, raised)
        heading = self.heading + math.remainder(step.heading - self.heading, 2 * math.pi)
        over = step.time_s - step.hangs_s
        middle_s = lifts_s + push_s + 0.45 * (over - lifts_s - push_s)
        top_m = max(step.clear_m, 0.3 * high_m)
        self.channels[_Z].append((middle_s, top_m, 0.0))
        self.channels[_PITCH].append((middle_s, -0.3 * _PUSH_OFF, 0.0))
        for channel, value in ((_X, step.place[0]), (_Y, step.place[1]), (_HEADING, heading)):
            way = value - self.channels[channel][-1][1]
            self.channels[channel].append(
                (over, value, 0.0 if step.hangs_s else 0.3 * way / (over - lifts_s))
            )
            self.channels[channel].append((over, value, 0.0))
        self.channels[_PITCH].append((over, step.toes_up, 0.0))
        last_s = step.time_s - middle_s
        if step.hangs_s:
            hang_m = 0.35 * top_m
            self.channels[_Z].extend(stop_dead(self.channels[_Z][-1], over, hang_m, rng))
            self.channels[_Z].append((over + 0.45 * step.hangs_s, hang_m, 0.0))
            self.halts_s.append(over)
            top_m, last_s = hang_m, 0.55 * step.hangs_s
        fall = min(step.speed_m_s, 2.8 * top_m / last_s)
        self.channels[_Z].extend([(step.time_s, 0.0, -fall), (step.time_s, 0.0, 0.0)])
        self.channels[_PITCH].extend([(step.time_s, step.toes_up, 0.0), (step.time_s + _ROLLS_S, 0.0, 0.0)])
        self.place, self.heading = step.place, heading

    def _hold(self, time_s: float, values: tuple[float, ...]) -> None:
        for channel, value in zip(self.channels, values, strict=True):
            channel.append((time_s, value, 0.0))


class FootPath:
    """One foot at any time.

    Parameters
    ----------
    track
        As planned.
    """

    def __init__(self, track: FootTrack) -> None:
        self._knots = [np.array(channel, np.float64) for channel in track.channels]

    def at(self, time_s: float) -> NDArray[np.float64]:
        """(5,) x, y, z (m), pitch and heading (radians) at a time."""
        return np.array([knot_value(time_s, knots, 0, len(knots)) for knots in self._knots])
