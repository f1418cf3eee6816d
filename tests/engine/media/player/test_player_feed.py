"""What reaches the device, frame by frame, when the feed is told to play, cut, loop, shuttle and end."""

from __future__ import annotations

import numpy as np
import pytest
from numpy.typing import NDArray

from engine.media.player.clock import OutputClock
from engine.media.player.feed import Feed, Loop, Sound
from engine.media.player.ring import OutputRing

BLOCK = 256
LENGTH = 40_000
FADE = 48  # one millisecond


class PulledOutput:
    """An output whose callback is called by the test."""

    def __init__(self, sample_rate: int = 48_000, channels: int = 2) -> None:
        self.name: str | None = None
        self.latency_s = 0.0
        self.block_frames = BLOCK
        self.ring = OutputRing(sample_rate, channels)
        self.clock = OutputClock(sample_rate, 0.0)

    def is_lost(self) -> bool:
        return False

    def close(self) -> None:
        pass

    def pull(self, blocks: int) -> NDArray[np.float32]:
        taken = np.full((blocks * BLOCK, self.ring.channels), np.nan, np.float32)
        for index in range(blocks):
            self.ring.take_into(taken[index * BLOCK : (index + 1) * BLOCK], 0.0, 0.0)
        return taken


@pytest.fixture
def mix() -> Sound:
    random = np.random.default_rng(5)
    return Sound(random.uniform(-0.5, 0.5, (LENGTH, 2)).astype(np.float32), 0, LENGTH)


def play_through(
    feed: Feed, output: PulledOutput, sound: Sound, loop: Loop | None, blocks: int
) -> np.ndarray:
    heard = []
    for _ in range(blocks):
        feed.fill(sound, loop)
        heard.append(output.pull(1))
    return np.concatenate(heard)


def test_it_plays_the_mix_sample_for_sample_to_its_last_one(mix: Sound) -> None:
    output = PulledOutput()
    feed = Feed(output, 0.0)
    feed.start(1000.0, 1.0)
    heard = play_through(feed, output, mix, None, 170)
    np.testing.assert_array_equal(heard[FADE : LENGTH - 1000], mix.samples[1000 + FADE :])
    assert not heard[LENGTH - 1000 :].any()
    assert feed.end_frame == LENGTH - 1000
    assert feed.chain.position_at(LENGTH) == LENGTH


def test_it_plays_in_reverse_to_the_first_sample(mix: Sound) -> None:
    output = PulledOutput()
    feed = Feed(output, 0.0)
    feed.start(5000.0, -1.0)
    heard = play_through(feed, output, mix, None, 30)
    np.testing.assert_array_equal(heard[FADE:5001], mix.samples[5000 - FADE :: -1])
    assert not heard[5001:].any()
    assert feed.chain.position_at(feed.end_frame or 0) == 0


def test_a_loop_has_no_seam(mix: Sound) -> None:
    output = PulledOutput()
    feed = Feed(output, 0.0)
    feed.start(900.0, 1.0)
    heard = play_through(feed, output, mix, Loop(1000, 3001), 60)
    once = mix.samples[1000:3001]
    expected = np.concatenate([mix.samples[900:1000], *[once] * 8])[: len(heard)]
    np.testing.assert_array_equal(heard[FADE:], expected[FADE:])
    assert feed.chain.position_at(100 + 2001 + 5) == 1005


def test_a_newer_mix_is_heard_within_a_few_blocks_and_in_place(mix: Sound) -> None:
    output = PulledOutput()
    feed = Feed(output, 0.0)
    feed.start(0.0, 1.0)
    before = play_through(feed, output, mix, None, 10)
    louder = Sound(mix.samples * 2, 0, LENGTH)
    feed.change(1.0)
    after = play_through(feed, output, louder, None, 20)
    heard = np.concatenate([before, after])[: 25 * BLOCK]
    changed = 13 * BLOCK + 700
    np.testing.assert_array_equal(heard[FADE : 10 * BLOCK], mix.samples[FADE : 10 * BLOCK])
    np.testing.assert_array_equal(heard[changed:], louder.samples[changed : 25 * BLOCK])
    assert feed.chain.position_at(20 * BLOCK) == 20 * BLOCK


def test_a_cut_makes_no_click() -> None:
    tone = np.sin(2 * np.pi * 130 / 48_000 * np.arange(LENGTH))[:, np.newaxis].astype(np.float32)
    sound = Sound(tone, 0, LENGTH)
    output = PulledOutput()
    feed = Feed(output, 0.0)
    feed.start(0.0, 1.0)
    heard = [play_through(feed, output, sound, None, 10)]
    feed.start(20_120.0, 1.0)
    heard.append(play_through(feed, output, sound, None, 10))
    feed.halt(0.0)
    heard.append(output.pull(10))
    steps = np.abs(np.diff(np.concatenate(heard)[:, 0]))
    # The tone's own steepest step is 0.017; an unfaded cut would step by up to 2.
    assert steps.max() < 0.03
    assert not heard[-1][-BLOCK:].any()


def test_the_playhead_stands_where_it_was_sent_until_the_sound_is_there(mix: Sound) -> None:
    output = PulledOutput()
    feed = Feed(output, 0.0)
    feed.start(0.0, 1.0)
    play_through(feed, output, mix, None, 10)
    feed.start(30_000.0, 1.0)
    feed.fill(mix, None)
    taken = output.ring.taken
    assert feed.chain.position_at(taken) == 30_000
    assert feed.chain.position_at(taken + 2 * BLOCK + 288 + 500) == 30_500


def test_a_change_of_rate_goes_on_from_what_is_heard(mix: Sound) -> None:
    output = PulledOutput()
    feed = Feed(output, 0.0)
    feed.start(0.0, 1.0)
    play_through(feed, output, mix, None, 10)
    feed.change(2.0)
    play_through(feed, output, mix, None, 20)
    cut = 10 * BLOCK + 2 * BLOCK + 288
    assert feed.chain.position_at(cut - 1) == cut - 1
    assert feed.chain.position_at(cut + 100) == cut + 200


def test_another_rate_is_fed_through_a_resampler_in_place() -> None:
    output = PulledOutput(44_100)
    feed = Feed(output, 0.0)
    tone = np.sin(2 * np.pi * 440 / 48_000 * np.arange(LENGTH))[:, np.newaxis].astype(np.float32)
    feed.start(0.0, 1.0)
    heard = play_through(feed, output, Sound(tone, 0, LENGTH), None, 150)
    frames = LENGTH * 44_100 // 48_000
    expected = np.sin(2 * np.pi * 440 / 44_100 * np.arange(frames))
    np.testing.assert_allclose(heard[200 : frames - 200, 0], expected[200:-200], atol=1e-3)
    assert feed.end_frame == pytest.approx(frames, abs=2)
    assert feed.chain.position_at(22_050) == pytest.approx(24_000, abs=0.1)


def test_one_channel_devices_get_the_mean(mix: Sound) -> None:
    output = PulledOutput(channels=1)
    feed = Feed(output, 0.0)
    feed.start(0.0, 1.0)
    heard = play_through(feed, output, mix, None, 4)
    np.testing.assert_allclose(heard[FADE:, 0], mix.samples[FADE : len(heard)].mean(axis=1), atol=1e-7)


def test_scrubbing_gives_a_short_sound_and_leaves_the_playhead(mix: Sound) -> None:
    output = PulledOutput()
    feed = Feed(output, 0.0)
    feed.grain(10_000.0, mix)
    heard = output.pull(30)
    np.testing.assert_array_equal(heard[600:3600], mix.samples[10_600:13_600])
    assert not heard[4400:].any()
    assert feed.chain.position_at(4000) == 10_000


def test_an_auditioned_sound_starts_at_its_own_position() -> None:
    sound = Sound(np.ones((2000, 1), np.float32), 7000, 9500)
    output = PulledOutput()
    feed = Feed(output, 0.0)
    feed.start(7000.0, 1.0)
    heard = play_through(feed, output, sound, None, 12)
    assert heard[FADE:2000].all()
    assert not heard[2000:].any()
    assert feed.end_frame == 2500
    assert feed.chain.position_at(2500) == 9500
