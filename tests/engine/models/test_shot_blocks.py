"""Blocks are the shots they were cut from: at any rate, whatever their length, without holding the video."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import pytest
from numpy.typing import NDArray

from engine.models.shot_blocks import BlockConfig, ShotBlock, shot_blocks
from engine.models.shot_view import ShotView, ViewConfig, shot_views

VIEW = ViewConfig(width=28, height=21)
CONTEXT = 17
LONG_AROUND = BlockConfig(block_s=1.0, around_s=100.0)


@dataclass(frozen=True)
class Frame:
    time_s: float
    image: NDArray[np.uint8]


def frames(times_s: NDArray[np.float64], cut_s: float = np.inf) -> Iterator[Frame]:
    """A bright block that wanders over grain; another scene from `cut_s` on."""
    random = np.random.default_rng(0)
    scenes = random.integers(20, 70, (48, 64)), random.integers(150, 200, (48, 64))
    for time_s in times_s:
        image = scenes[int(time_s >= cut_s)].astype(np.uint8)
        left = int(20 + 18 * np.sin(5 * time_s))
        image[10:30, left : left + 9] = 110
        yield Frame(float(time_s), image)


def times(rate_hz: float, duration_s: float = 5.0) -> NDArray[np.float64]:
    return np.arange(int(duration_s * rate_hz)) / rate_hz


def jittered(duration_s: float = 5.0) -> NDArray[np.float64]:
    steps = np.random.default_rng(4).integers(15, 26, int(duration_s * 40))
    return np.concatenate(([0], np.cumsum(steps)))[: int(duration_s * 30)] / 600


def blocks_of(times_s: NDArray[np.float64], config: BlockConfig, **options: bool) -> list[ShotBlock]:
    cut_s = options.pop("cut", False)
    pictures = frames(times_s, 2.6 if cut_s else np.inf)
    return list(shot_blocks(pictures, VIEW, 30.0, CONTEXT, config=config, **options))


def joined(blocks: list[ShotBlock]) -> ShotView:
    """The blocks' own pictures, one after the other."""
    own = [(block.view, slice(block.start, block.end)) for block in blocks]
    return ShotView(
        np.concatenate([view.times_s[cut] for view, cut in own]),
        np.concatenate([view.grids[cut] for view, cut in own]),
        np.concatenate([view.pictures[cut] for view, cut in own]),
        blocks[0].view.backdrop,
    )


@pytest.mark.parametrize(
    "times_s",
    [times(30), times(30000 / 1001), times(25), times(15), times(60), times(120, 4.3), jittered()],
    ids=["30", "29.97", "25", "15", "60", "120", "variable"],
)
def test_blocks_are_the_whole_shot(times_s: NDArray[np.float64]) -> None:
    [whole] = shot_views(frames(times_s), VIEW, 30.0)
    blocks = blocks_of(times_s, LONG_AROUND)
    assert len(blocks) > 3
    view = joined(blocks)
    assert view.times_s == pytest.approx(whole.times_s, abs=1e-9)
    np.testing.assert_allclose(view.grids, whole.grids, atol=1e-5)
    assert np.abs(view.pictures.astype(int) - whole.pictures).max() <= 1
    assert all(np.array_equal(block.view.backdrop, whole.backdrop) for block in blocks)


def test_every_block_brings_its_context_as_far_as_the_shot_goes() -> None:
    blocks = blocks_of(times(30), LONG_AROUND)
    assert [block.start for block in blocks] == [0] + [CONTEXT] * (len(blocks) - 1)
    assert [len(block.view) - block.end for block in blocks][:-2] == [CONTEXT] * (len(blocks) - 2)
    assert len(blocks[-1].view) == blocks[-1].end


def test_a_cut_ends_a_block() -> None:
    blocks = blocks_of(times(30), BlockConfig(block_s=2.0, around_s=1.0), cut=True)
    assert [block.shot for block in blocks] == [0, 0, 1, 1]
    wholes = shot_views(frames(times(30), 2.6), VIEW, 30.0)
    for shot, whole in enumerate(wholes):
        view = joined([block for block in blocks if block.shot == shot])
        assert np.array_equal(view.times_s, whole.times_s)
        np.testing.assert_allclose(view.grids, whole.grids, atol=1e-5)


def test_a_variable_rate_never_counts_pictures() -> None:
    """Regular at first, then half as often: the times stay those of the shot."""
    times_s = np.concatenate((times(30, 3.0), 3.0 + times(15, 3.5)))
    view = joined(blocks_of(times_s, LONG_AROUND, is_variable_rate=True))
    assert np.diff(view.times_s) == pytest.approx(1 / 30)
    assert view.times_s[-1] == pytest.approx(times_s[-1], abs=1 / 30)


@pytest.mark.parametrize("rate_hz", [30000 / 1001, 50.0])
def test_blocks_come_early_and_their_pictures_are_forgotten(rate_hz: float) -> None:
    """A rate a little off the detector's adds up: one in 1,000."""
    config = BlockConfig(block_s=2.0, around_s=1.0)
    newest_s = 0.0

    def told() -> Iterator[Frame]:
        nonlocal newest_s
        for frame in frames(times(rate_hz, 16.0)):
            newest_s = frame.time_s
            yield frame

    for block in shot_blocks(told(), VIEW, 30.0, CONTEXT, config=config):
        assert newest_s - block.view.times_s[block.end - 1] < 1.3
        assert len(block.view) <= 60 + 2 * CONTEXT
    assert block.view.times_s[-1] == pytest.approx(newest_s, abs=0.02)


def test_one_picture_is_a_block() -> None:
    [block] = blocks_of(np.array([0.0]), LONG_AROUND)
    assert (len(block.view), block.start, block.end) == (1, 0, 1)
