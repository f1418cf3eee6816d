"""The ring between writer and callback, and the callback's log."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from engine.media.player.ring import OutputRing


def numbered(first: int, count: int) -> NDArray[np.float32]:
    return np.repeat(np.arange(first, first + count, dtype=np.float32)[:, np.newaxis], 2, axis=1)


def take(ring: OutputRing, count: int) -> NDArray[np.float32]:
    out = np.full((count, 2), np.nan, np.float32)
    ring.take_into(out, 0.0, 0.0)
    return out


def test_frames_come_out_as_they_went_in_around_the_end_of_the_buffer() -> None:
    ring = OutputRing(1000, 2)
    for first in range(0, 20_000, 700):
        ring.write(numbered(first, 700))
        np.testing.assert_array_equal(take(ring, 700), numbered(first, 700))


def test_an_empty_ring_gives_silence_and_the_log_says_so() -> None:
    ring = OutputRing(1000, 2)
    ring.write(numbered(1, 30))
    assert not take(ring, 50)[30:].any()
    assert not take(ring, 50).any()
    ring.write(numbered(31, 100))
    take(ring, 50)
    log = ring.log()
    assert log.taken.tolist() == [30, 0, 50]
    assert log.output_frame.tolist() == [0, 50, 100]
    # While it was silent, the playhead stood before the frame that came next.
    assert [log.ring_frame_at(frame, 130) for frame in (10, 40, 70, 100, 120)] == [10, 30, 30, 30, 50]


def test_frames_not_asked_for_yet_are_those_that_follow() -> None:
    ring = OutputRing(1000, 2)
    ring.write(numbered(0, 500))
    take(ring, 100)
    log = ring.log()
    assert log.ring_frame_at(250, ring.written) == 250
    assert log.ring_frame_at(900, ring.written) == 500


def test_what_was_not_taken_can_be_taken_back() -> None:
    ring = OutputRing(1000, 2)
    ring.write(numbered(0, 500))
    take(ring, 100)
    ring.rewind(50)
    assert ring.written == 100
    ring.write(numbered(900, 10))
    np.testing.assert_array_equal(take(ring, 10), numbered(900, 10))


def test_reading_back_is_silent_outside_what_was_written() -> None:
    ring = OutputRing(1000, 2)
    ring.write(numbered(1, 100))
    np.testing.assert_array_equal(ring.read_back(95, 10)[:5], numbered(96, 5))
    assert not ring.read_back(95, 10)[5:].any()
    assert not ring.read_back(-10, 10).any()


def test_the_log_keeps_the_last_callbacks() -> None:
    ring = OutputRing(1000, 2)
    for _ in range(3000):
        take(ring, 4)
    log = ring.log()
    assert log.output_frame[-1] == 2999 * 4
    assert (np.diff(log.output_frame) == 4).all()
