"""Takes become samples; what is missing, changed or damaged is named."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import soundfile

from engine.errors import MediaError
from engine.project.document import Recipe, Take
from engine.project.references import make_reference
from engine.synthesis.kit import KitRecipe, kit_take, synthesise
from engine.synthesis.sound_pool import SoundPool, from_onset


def write(path: Path, samples: np.ndarray, sample_rate: int = 48_000) -> Path:
    soundfile.write(path, samples, sample_rate, subtype="FLOAT")
    return path


def library_take(path: Path, folder: Path) -> Take:
    return Take(path.stem, path.stem, "library", media=make_reference(path, folder))


def struck(frames: int = 4800, channels: int = 1) -> np.ndarray:
    noise = np.random.default_rng(1).uniform(-1, 1, (frames, channels))
    return (noise * np.exp(-np.arange(frames) / 800)[:, None]).astype(np.float32)


def test_a_library_file_is_read_exactly(tmp_path):
    sound = struck(channels=2)
    sound[0] = 1.0
    pool = SoundPool(tmp_path)
    take = library_take(write(tmp_path / "bang.wav", sound), tmp_path)
    assert np.array_equal(pool.samples(take), sound)
    assert pool.shape(take) == (4800, 2)
    assert pool.samples(take) is pool.samples(replace(take, id="another take of it"))
    assert not pool.samples(take).flags.writeable


def test_another_sample_rate_is_brought_to_48_khz(tmp_path):
    times_s = np.arange(44_100) / 44_100
    path = write(tmp_path / "tone.wav", np.cos(2 * np.pi * 1000 * times_s) * 0.5, 44_100)
    heard = SoundPool(tmp_path).samples(library_take(path, tmp_path))[:, 0]
    right = 0.5 * np.cos(2 * np.pi * 1000 * np.arange(48_000) / 48_000)
    assert abs(heard.size - 48_000) <= 1
    assert np.abs(heard[1000:47_000] - right[1000:47_000]).max() < 1e-3


def test_six_channels_become_one(tmp_path):
    path = write(tmp_path / "surround.wav", np.ones((100, 6)) * np.arange(6) / 10)
    assert SoundPool(tmp_path).samples(library_take(path, tmp_path)) == pytest.approx(np.full((100, 1), 0.25))


def test_a_library_sound_starts_at_its_onset(tmp_path):
    room = np.random.default_rng(2).uniform(-1e-3, 1e-3, (2000, 1))
    path = write(tmp_path / "late.wav", np.concatenate([room, struck()]))
    take = library_take(path, tmp_path)
    heard = SoundPool(tmp_path).samples(take)[:, 0]
    assert np.argmax(np.abs(heard) > 0.05) in range(24, 30)
    as_generated = SoundPool(tmp_path).samples(replace(take, source="generated"))
    assert as_generated.shape[0] == 6800


def test_silence_has_no_onset():
    silence = np.zeros((10, 2), dtype=np.float32)
    assert np.array_equal(from_onset(silence), silence)
    assert from_onset(silence[:0]).shape == (0, 2)


def test_a_kit_take_is_synthesised():
    recipe = KitRecipe("wood", "hit", seed=3, strength=0.5)
    assert np.array_equal(SoundPool(Path()).samples(kit_take(recipe))[:, 0], synthesise(recipe))


def test_what_is_missing_is_named_once_and_can_be_tried_again(tmp_path):
    path = write(tmp_path / "gone.wav", struck())
    take = library_take(path, tmp_path)
    path.rename(tmp_path / "moved.wav")
    pool = SoundPool(tmp_path)
    for ask in (pool.samples, pool.shape, pool.samples):
        with pytest.raises(MediaError, match=r"gone\.wav"):
            ask(take)
    assert [problem.take for problem in pool.missing] == [take]
    (tmp_path / "moved.wav").rename(path)
    with pytest.raises(MediaError, match=r"gone\.wav"):
        pool.samples(take)
    pool.try_again()
    assert pool.samples(take).shape == (4800, 1)
    assert not pool.missing


@pytest.mark.parametrize("contents", [b"", b"RIFF", b"not a sound at all" * 50])
def test_a_damaged_file_is_missing(tmp_path, contents):
    path = tmp_path / "broken.wav"
    path.write_bytes(contents)
    pool = SoundPool(tmp_path)
    with pytest.raises(MediaError, match=r"broken\.wav"):
        pool.samples(library_take(path, tmp_path))
    assert len(pool.missing) == 1


def test_numbers_that_are_none_are_refused(tmp_path):
    path = write(tmp_path / "nan.wav", np.array([0.1, np.nan, 0.1]))
    with pytest.raises(MediaError, match="nan"):
        SoundPool(tmp_path).samples(library_take(path, tmp_path))


def test_a_changed_file_is_heard_and_named(tmp_path):
    path = write(tmp_path / "bang.wav", struck())
    take = library_take(path, tmp_path)
    write(path, struck(9600))
    pool = SoundPool(tmp_path)
    assert pool.samples(take).shape[0] == 9600
    assert [problem.take for problem in pool.changed] == [take]
    assert "bang.wav" in pool.changed[0].sentence
    assert not pool.missing


@pytest.mark.parametrize(
    "take",
    [
        Take("t", "Nothing", "generated"),
        Take("t", "Odd", "kit", recipe=Recipe("kit", 1, (("material", "cheese"),))),
        Take("t", "Unknown", "generated", recipe=Recipe("some model", 1)),
    ],
)
def test_a_take_that_cannot_be_made_is_missing(take):
    pool = SoundPool(Path())
    with pytest.raises(MediaError):
        pool.samples(take)
    assert [problem.take for problem in pool.missing] == [take]


def test_memory_is_bounded_and_the_oldest_goes_first(tmp_path):
    takes = [library_take(write(tmp_path / f"{n}.wav", struck()[:, 0] + n), tmp_path) for n in range(4)]
    size = 4800 * 4
    pool = SoundPool(tmp_path, limit_bytes=2 * size)
    first, second = pool.samples(takes[0]), pool.samples(takes[1])
    assert pool.samples(takes[0]) is first
    pool.samples(takes[2])
    assert pool.samples(takes[0]) is first
    assert pool.samples(takes[1]) is not second
    assert pool.shape(takes[2]) == (4800, 1)
    assert 2 * size >= sum(kept.nbytes for kept in pool._kept.values())
