"""Sound files of takes, drawn waveforms, and what is kept of unfinished ones."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

import numpy as np
import pytest
import soundfile
from numpy.typing import NDArray

from engine.errors import Cancelled, MediaError
from engine.synthesis.sample_rnn import unfinished
from engine.synthesis.sample_rnn.growing_peaks import GrowingPeaks
from engine.synthesis.sample_rnn.splicing import CROSS_FADE, OldSound, at_project_rate, faded, spliced
from engine.synthesis.sample_rnn.streams import StreamsState
from engine.synthesis.sample_rnn.takes import TakesState
from engine.synthesis.sample_rnn.unfinished import UnfinishedTakes

_RNG = np.random.default_rng(0)


def _whole(blocks: Iterable[NDArray[np.float32]]) -> NDArray[np.float32]:
    return np.concatenate(list(blocks))


def _old(folder: Path, length: int, position: int) -> tuple[OldSound, NDArray[np.floating]]:
    samples = _RNG.uniform(-0.5, 0.5, length)
    soundfile.write(folder / "old.wav", samples, 48_000, subtype="PCM_24")
    return OldSound(folder / "old.wav", position), OldSound(folder / "old.wav", 0).read(0, length)


def test_a_stretch_is_cross_faded_at_equal_power_and_nothing_else_changes(tmp_path: Path) -> None:
    old, samples = _old(tmp_path, 30_000, position=5000)
    length = 12_000
    new = [np.zeros(size, np.float32) for size in (5000, 0, 7000)]
    mixed = _whole(spliced(old, new, 10_000, length))
    assert len(mixed) == len(samples)
    stretch = slice(5000, 5000 + length)
    np.testing.assert_array_equal(np.delete(mixed, stretch), np.delete(samples, stretch).astype(np.float32))
    inside = mixed[stretch]
    assert not inside[CROSS_FADE:-CROSS_FADE].any()
    kept = inside[:CROSS_FADE] / samples[stretch][:CROSS_FADE]
    rising = np.sin(np.pi / 2 * (np.arange(CROSS_FADE) + 0.5) / CROSS_FADE)
    np.testing.assert_allclose(kept**2 + rising**2, 1.0, atol=1e-3)
    # Where the older take begins or ends with the stretch there is nothing to fade from.
    ends = _whole(spliced(old, [np.ones(30_000, np.float32)], 5000, 30_000))
    np.testing.assert_array_equal(ends, np.ones(30_000, np.float32))


def test_an_older_take_is_heard_where_it_lies(tmp_path: Path) -> None:
    position = 9000
    tone = 0.5 * np.sin(2 * np.pi * 440 * (np.arange(48_000) + position) / 48_000)
    soundfile.write(tmp_path / "old.wav", tone, 48_000, subtype="PCM_24")
    old = OldSound(tmp_path / "old.wav", position)
    heard = old.heard(24_000.0, 4000, 16_000)
    expected = 0.5 * np.sin(2 * np.pi * 440 * (8000 + np.arange(4000)) / 16_000)
    np.testing.assert_allclose(heard, expected, atol=1e-3)
    assert not old.read(0, 100).any()
    soundfile.write(tmp_path / "slow.wav", tone, 16_000)
    with pytest.raises(MediaError, match="is not at 48000 Hz"):
        OldSound(tmp_path / "slow.wav", 0).read(0, 1)


def test_sound_comes_to_the_projects_rate_in_any_blocks() -> None:
    samples = np.sin(np.arange(8000) * 0.05).astype(np.float32)
    whole = _whole(at_project_rate([samples], 16_000, 300, 20_000))
    parts = _whole(at_project_rate(np.array_split(samples, 37), 16_000, 300, 20_000))
    assert len(whole) == len(parts) == 20_000
    np.testing.assert_allclose(whole, parts, atol=1e-6)
    times = (300 + np.arange(20_000)) / 3
    np.testing.assert_allclose(whole[100:], np.sin(times * 0.05)[100:], atol=2e-3)
    assert len(_whole(at_project_rate([samples[:10]], 16_000, 0, 500))) == 500
    edges = _whole(faded([np.ones(500, np.float32)], 500, 100, 50))
    assert edges[0] < 0.01 and edges[-1] < 0.02 and (edges[100:450] == 1.0).all()


def test_waveforms_grow_on_the_grid_of_the_project() -> None:
    samples = _RNG.uniform(-1, 1, (2, 5000)).astype(np.float32)
    peaks = GrowingPeaks(2, 16_000, skipped=100, length=14_000)
    pairs = np.concatenate([peaks.add(part) for part in np.array_split(samples, 61, axis=1)], axis=1)
    assert pairs.shape == (2, 55, 2) and peaks.count == 55
    begin, end = (100 + 3 * 256) // 3, (100 + 4 * 256) // 3
    np.testing.assert_allclose(
        pairs[1, 3], [samples[1, begin:end].min(), samples[1, begin:end].max()], atol=1e-4
    )


@pytest.mark.parametrize("left", [1, 2, 3])
def test_the_last_pair_may_stand_for_less_than_a_sample(left: int) -> None:
    samples = _RNG.uniform(-1, 1, (1, 512)).astype(np.float32)
    pairs = GrowingPeaks(1, 16_000, skipped=0, length=3 * 256 + left).add(samples)
    np.testing.assert_allclose(pairs[0, 3], samples[0, 256], atol=1e-4)


def test_unfinished_takes_are_gone_on_with_by_one_at_a_time(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(unfinished, "cache_folder", lambda: tmp_path)
    monkeypatch.setattr(unfinished, "_SAVE_EVERY_S", 0.0)
    levels = _RNG.integers(0, 256, (2, 900)).astype(np.uint8)
    states = np.ones((1, 1, 2, 4), np.float32)
    state = TakesState(7, StreamsState(states, states * 2, levels[:, :16], 900), levels[:, :64])
    with pytest.raises(Cancelled), UnfinishedTakes("one", 2) as kept:
        kept.append(levels)
        kept.save_sometimes(state)
        kept.append(levels[:, :50])
        raise Cancelled
    with pytest.raises(Cancelled), UnfinishedTakes("one", 2) as again, UnfinishedTakes("one", 2) as beside:
        assert again.state is not None and again.state.picture == 7 and again.state.streams.drawn == 900
        np.testing.assert_array_equal(again.state.streams.cell, states * 2)
        np.testing.assert_array_equal(np.concatenate(list(again.blocks(333)), axis=1), levels)
        assert beside.state is None and beside.length == 0
        raise Cancelled
    (tmp_path / "unfinished-takes" / "one" / "state.npz").write_bytes(b"torn")
    with UnfinishedTakes("one", 2) as torn:
        assert torn.state is None and not list(torn.blocks())
    assert not (tmp_path / "unfinished-takes" / "one").exists()
