"""The audio clock, against simulated devices whose truth is known."""

from __future__ import annotations

import numpy as np
import pytest

from engine.media.player.clock import OutputClock
from engine.media.player.ring import TakenLog

RATE = 48_000
BLOCK = 512


def callbacks(
    count: int,
    *,
    true_rate: float = RATE,
    delay_s: float = 0.03,
    burst: int = 1,
    jitter_s: float = 0.0,
    first: int = 0,
    offset_s: float = 100.0,
) -> TakenLog:
    """Callbacks of a device on which frame n is heard at `offset_s + n / true_rate`."""
    random = np.random.default_rng(1)
    frames = (first + np.arange(count)) * BLOCK
    heard_s = offset_s + frames / true_rate
    # A burst of callbacks runs at once, so the later ones are heard later still.
    called_s = heard_s[(np.arange(count) // burst) * burst] - delay_s
    called_s = called_s + np.abs(random.normal(0.0, jitter_s, count))
    return TakenLog(
        time_s=called_s,
        delay_s=heard_s - called_s,
        output_frame=frames,
        ring_frame=frames,
        frames=np.full(count, BLOCK),
        taken=np.full(count, BLOCK),
    )


def followed(log: TakenLog, *, latency_s: float = 0.03, start: int = 1) -> OutputClock:
    """A clock that has seen the log grow, one callback at a time."""
    clock = OutputClock(RATE, latency_s)
    for count in range(start, len(log.time_s) + 1):
        part = TakenLog(*(getattr(log, name)[:count] for name in TakenLog.__dataclass_fields__))
        clock.update(part, part.time_s[-1])
    return clock


@pytest.mark.parametrize("ppm", [-300.0, 0.0, 80.0])
@pytest.mark.parametrize("burst", [1, 4])
def test_it_follows_a_device_with_its_own_crystal(ppm: float, burst: int) -> None:
    true_rate = RATE * (1 + ppm * 1e-6)
    log = callbacks(400, true_rate=true_rate, burst=burst, jitter_s=0.002)
    clock = followed(log)
    now_s = log.time_s[-1]
    assert clock.frame_heard(now_s) == pytest.approx((now_s - 100.0) * true_rate, abs=0.0003 * RATE)
    assert clock.drift_ppm == pytest.approx(ppm, abs=40)


def test_a_device_that_says_nothing_is_believed_by_its_reported_latency() -> None:
    log = callbacks(400)
    silent = TakenLog(**{**_fields(log), "delay_s": np.zeros(400)})
    clock = followed(silent, latency_s=0.03)
    assert clock.frame_heard(104.0) == pytest.approx(4.0 * RATE, abs=0.001 * RATE)


def test_single_jumps_of_the_reported_delay_are_ignored() -> None:
    log = callbacks(400)
    delay_s = log.delay_s.copy()
    delay_s[::17] = 0.0
    delay_s[5::23] += 0.4
    clock = followed(TakenLog(**{**_fields(log), "delay_s": delay_s}))
    assert clock.frame_heard(104.0) == pytest.approx(4.0 * RATE, abs=0.001 * RATE)


def test_after_a_stall_it_is_right_again_at_once() -> None:
    before, after = callbacks(200), callbacks(12, first=200, offset_s=100.25)
    joined = TakenLog(
        *(np.concatenate([getattr(before, n), getattr(after, n)]) for n in TakenLog.__dataclass_fields__)
    )
    clock = followed(joined)
    now_s = joined.time_s[-1]
    assert clock.frame_heard(now_s) == pytest.approx((now_s - 100.25) * RATE, abs=0.002 * RATE)


def test_it_never_runs_backwards_under_jitter() -> None:
    log = callbacks(300, jitter_s=0.004, burst=4)
    noisy = TakenLog(**{**_fields(log), "delay_s": log.delay_s + np.linspace(0, 0.002, 300)})
    clock = OutputClock(RATE, 0.03)
    heard: list[float] = []
    for count in range(1, 301):
        part = TakenLog(*(getattr(noisy, name)[:count] for name in TakenLog.__dataclass_fields__))
        now_s = 100.0 + count * BLOCK / RATE
        clock.update(part, now_s)
        heard.append(clock.frame_heard(now_s))
    assert np.diff(heard).min() > 0.0


def _fields(log: TakenLog) -> dict[str, np.ndarray]:
    return {name: getattr(log, name) for name in TakenLog.__dataclass_fields__}
