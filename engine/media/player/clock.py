"""The audio clock: which frame given to the device is heard at a moment of `time.monotonic`.

Each callback says: at time t I took frames from n on, and they are heard d later. The callbacks come in
bursts and late, d may be missing or jump, and the device's crystal is not the computer's. The clock is a
straight line through the last seconds of (n, t + d) that ignores outliers; a new line is approached
gently, so that the pictures don't jerk.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from engine.media.player.ring import TakenLog

_WINDOW_S = 6.0
_SPAN_FOR_RATE_S = 2.0
_MAX_RATE_ERROR = 2e-3
_MAX_DELAY_S = 2.0
_STALL_S = 0.004
_RECENT = 6
_JUMP_S = 0.03
_STEP_S = 0.0005


@dataclass(frozen=True, slots=True)
class ClockLine:
    """Frames heard as a straight line over time: `frame` at `time_s`, then `frames_per_s`."""

    time_s: float
    frame: float
    frames_per_s: float

    def frame_at(self, time_s: float) -> float:
        """The frame heard at a time."""
        return self.frame + (time_s - self.time_s) * self.frames_per_s

    def time_of(self, frame: float) -> float:
        """When a frame is heard."""
        return self.time_s + (frame - self.frame) / self.frames_per_s


class OutputClock:
    """Follows a device.

    Parameters
    ----------
    sample_rate
        The device's nominal rate in Hz.
    reported_latency_s
        Used while the callbacks carry no delay of their own.
    """

    def __init__(self, sample_rate: int, reported_latency_s: float) -> None:
        self._sample_rate = sample_rate
        self._reported_latency_s = reported_latency_s
        self.line: ClockLine | None = None
        # Callbacks before the device last stood still say nothing about what is heard now.
        self._trusted_from = 0

    @property
    def drift_ppm(self) -> float:
        """How much faster the device runs than the computer's clock, in millionths."""
        return (self.line.frames_per_s / self._sample_rate - 1.0) * 1e6 if self.line else 0.0

    def update(self, log: TakenLog, now_s: float) -> None:
        """Learn from the last callbacks; called some thirty times a second."""
        fitted = self._fit(log)
        if fitted is None:
            return
        if self.line is None:
            self.line = fitted
            return
        error_s = (fitted.frame_at(now_s) - self.line.frame_at(now_s)) / self._sample_rate
        if abs(error_s) > _JUMP_S:
            self.line = fitted
            return
        step_s = min(max(error_s, -_STEP_S), _STEP_S)
        frame = self.line.frame_at(now_s) + step_s * self._sample_rate
        self.line = ClockLine(now_s, frame, fitted.frames_per_s)

    def frame_heard(self, now_s: float) -> float:
        """The device's frame heard at `now_s`; 0 before the device has asked for any."""
        return self.line.frame_at(now_s) if self.line else 0.0

    def _fit(self, log: TakenLog) -> ClockLine | None:
        if not log.time_s.size:
            return None
        recent = (log.time_s >= log.time_s[-1] - _WINDOW_S) & (log.output_frame >= self._trusted_from)
        frames = log.output_frame[recent].astype(np.float64)
        heard_s = self._heard_times_s(log.time_s[recent], log.delay_s[recent])
        # Seconds by which each callback's frame is later than its number says.
        lateness_s = heard_s - frames / self._sample_rate
        if _has_stalled(lateness_s):
            frames, lateness_s = frames[-_RECENT:], lateness_s[-_RECENT:]
            self._trusted_from = int(frames[0])
        inliers = _inliers(lateness_s)
        frames, lateness_s = frames[inliers], lateness_s[inliers]
        slope = self._lateness_per_frame(frames, lateness_s)
        last = float(frames[-1])
        lateness_at_last_s = float(np.median(lateness_s - slope * (frames - last)))
        return ClockLine(
            time_s=last / self._sample_rate + lateness_at_last_s,
            frame=last,
            frames_per_s=1.0 / (1.0 / self._sample_rate + slope),
        )

    def _heard_times_s(
        self, time_s: NDArray[np.float64], delay_s: NDArray[np.float64]
    ) -> NDArray[np.float64]:
        """When each callback's first frame is heard, by the device's word if it is believable."""
        believable = (delay_s > 0.0) & (delay_s < _MAX_DELAY_S)
        if believable.mean() > 0.8:
            usual_s = float(np.median(delay_s[believable]))
            return time_s + np.where(believable, delay_s, usual_s)
        return time_s + self._reported_latency_s

    def _lateness_per_frame(self, frames: NDArray[np.float64], lateness_s: NDArray[np.float64]) -> float:
        if frames[-1] - frames[0] < _SPAN_FOR_RATE_S * self._sample_rate:
            return 1.0 / self.line.frames_per_s - 1.0 / self._sample_rate if self.line else 0.0
        centred = frames - frames.mean()
        slope = float(centred @ (lateness_s - lateness_s.mean()) / (centred @ centred))
        limit = _MAX_RATE_ERROR / self._sample_rate
        return min(max(slope, -limit), limit)


def _has_stalled(lateness_s: NDArray[np.float64]) -> bool:
    """Whether the last callbacks agree on another lateness than those before them."""
    if lateness_s.size <= 2 * _RECENT:
        return False
    centre = float(np.median(lateness_s))
    spread = float(np.median(np.abs(lateness_s - centre)))
    return abs(float(np.median(lateness_s[-_RECENT:])) - centre) > max(_STALL_S, 4.0 * spread)


def _inliers(lateness_s: NDArray[np.float64]) -> NDArray[np.bool_]:
    centre = np.median(lateness_s)
    distance = np.abs(lateness_s - centre)
    return distance <= max(1e-3, 4.0 * float(np.median(distance)))
