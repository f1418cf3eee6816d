"""The playhead on a real clock without a device."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator

import numpy as np
import pytest

from engine.media.player.feed import Loop, Sound
from engine.media.player.output import SilentOutput
from engine.media.player.transport import Transport

LENGTH = 480_000
MIX = Sound(np.full((LENGTH, 2), 0.5, np.float32), 0, LENGTH)


class Ended:
    """Counts the ends of playing."""

    def __init__(self) -> None:
        self.event = threading.Event()

    def __call__(self) -> None:
        self.event.set()


@pytest.fixture
def ended() -> Ended:
    return Ended()


@pytest.fixture
def transport(ended: Ended) -> Iterator[Transport]:
    transport = Transport(SilentOutput(), on_ended=ended)
    transport.set_mix(MIX)
    yield transport
    transport.close()


def wait_until_past(transport: Transport, position: float) -> None:
    for _ in range(500):
        if transport.playhead().position > position:
            return
        time.sleep(0.01)
    pytest.fail(f"the playhead stands at {transport.playhead().position}")


def test_it_plays_from_where_it_is_told_and_stops_where_it_is_heard(transport: Transport) -> None:
    transport.play(1.0, 100_000)
    assert transport.playhead().position == pytest.approx(100_000, abs=2_000)
    wait_until_past(transport, 105_000)
    transport.stop()
    stopped = transport.playhead()
    assert not stopped.is_playing
    assert stopped.position < 120_000
    time.sleep(0.05)
    assert transport.playhead().position == stopped.position


def test_the_end_is_reported_with_the_playhead_on_it(transport: Transport, ended: Ended) -> None:
    transport.play(1.0, LENGTH - 4_800)
    assert ended.event.wait(5)
    playhead = transport.playhead()
    assert (playhead.position, playhead.is_playing) == (LENGTH, False)


def test_reverse_ends_at_the_beginning(transport: Transport, ended: Ended) -> None:
    transport.play(-8.0, 20_000)
    assert ended.event.wait(5)
    assert transport.playhead().position == 0


def test_an_audition_returns_to_where_the_playhead_was(transport: Transport, ended: Ended) -> None:
    transport.seek(33_000)
    transport.audition(Sound(np.ones((2_400, 2), np.float32), 200_000, 224_000))
    wait_until_past(transport, 200_000)
    assert ended.event.wait(5)
    assert transport.playhead().position == 33_000


def test_a_loop_keeps_the_playhead_inside(transport: Transport, ended: Ended) -> None:
    transport.set_loop(Loop(10_000, 14_800))
    transport.play(1.0, 10_000)
    for _ in range(30):
        assert 10_000 <= transport.playhead().position <= 14_800
        time.sleep(0.01)
    assert not ended.event.is_set()


def test_another_output_goes_on_from_the_same_position(transport: Transport) -> None:
    transport.play(1.0, 50_000)
    wait_until_past(transport, 55_000)
    before = transport.playhead().position
    transport.set_output(SilentOutput())
    assert transport.playhead().position == pytest.approx(before, abs=3_000)
    wait_until_past(transport, before + 3_000)


def test_seeking_stays_inside_the_mix(transport: Transport) -> None:
    transport.seek(10 * LENGTH)
    assert transport.playhead().position == LENGTH
    transport.seek(-5, scrub=True)
    assert transport.playhead().position == 0


def test_levels_are_those_of_the_mix_being_heard(transport: Transport) -> None:
    assert transport.levels().peak == (0.0, 0.0)
    transport.play(1.0, 0)
    wait_until_past(transport, 10_000)
    levels = transport.levels()
    assert levels.peak == (0.5, 0.5)
    assert levels.rms == pytest.approx((0.5, 0.5))


def test_a_wish_to_play_waits_for_the_mix(ended: Ended) -> None:
    transport = Transport(SilentOutput(), on_ended=ended)
    transport.seek(40_000)
    assert transport.playhead().position == 40_000
    transport.play(1.0, 30_000)
    assert not transport.playhead().is_playing
    transport.set_mix(MIX)
    wait_until_past(transport, 30_500)
    assert not ended.event.is_set()
    transport.close()


def test_playing_on_at_another_rate_from_where_it_was_seen_does_not_jump(transport: Transport) -> None:
    transport.play(1.0, 10_000)
    wait_until_past(transport, 15_000)
    seen = transport.playhead().position
    time.sleep(0.05)
    transport.play(2.0, seen)
    assert transport.playhead().position > seen + 1_000
    assert transport.playhead().rate == 2.0
