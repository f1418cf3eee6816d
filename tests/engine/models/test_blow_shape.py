"""How much a sound is like a blow."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from engine.models.blow_shape import (
    SHAPES_FILE,
    BlowShapes,
    load_blow_shapes,
    shape_bytes,
    sound_shape,
)
from engine.models.description import CheckpointError

RATE = 48_000


def knock(rate: int = RATE, before_s: float = 0.0, decay_s: float = 0.03) -> np.ndarray:
    """A burst that dies away, after silence; the same noise at every rate."""
    tone = np.arange(round(0.5 * rate)) / rate
    sound = sum(np.sin(2 * np.pi * hz * tone + hz) for hz in (310, 740, 1530, 2900, 4100))
    return np.concatenate((np.zeros(round(before_s * rate)), sound * np.exp(-tone / decay_s))) / 10


def scrape() -> np.ndarray:
    """Noise that goes on."""
    return np.random.default_rng(1).normal(0.0, 0.1, RATE)


@pytest.fixture
def shapes() -> BlowShapes:
    """Of one knock and one scrape."""
    found = [sound_shape(knock(), RATE), sound_shape(scrape(), RATE)]
    return BlowShapes(np.stack([shape for shape in found if shape is not None]))


def test_a_sound_is_nearest_its_own_kind(shapes: BlowShapes) -> None:
    hit, scratch = shapes.distances(knock(decay_s=0.035), RATE)
    assert hit < 0.3 * scratch
    hit, scratch = shapes.distances(scrape()[::-1], RATE)
    assert scratch < 0.6 * hit


def test_neither_level_nor_silence_before_nor_channels_count(shapes: BlowShapes) -> None:
    same = shapes.distances(knock(), RATE)
    assert same[0] == pytest.approx(0.0, abs=1e-6)
    assert shapes.distances(knock() * 0.001, RATE) == pytest.approx(same, abs=1e-3)
    assert shapes.distances(knock(before_s=0.7), RATE) == pytest.approx(same, abs=4e-3)
    assert shapes.distances(np.stack([knock()] * 8, axis=1), RATE) == pytest.approx(same, abs=1e-3)
    assert shapes.distances(knock(192_000), 192_000) == pytest.approx(same, abs=4e-3)


@pytest.mark.parametrize("samples", [np.zeros(0), np.zeros((0, 2)), np.zeros(9000), np.full(50, 1e-8)])
def test_silence_is_like_nothing(shapes: BlowShapes, samples: np.ndarray) -> None:
    assert np.isnan(shapes.distances(samples, RATE)).all()


def test_five_milliseconds_are_enough_to_measure(shapes: BlowShapes) -> None:
    assert np.isfinite(shapes.distances(scrape()[:240], RATE)).all()


def test_what_is_kept_is_read_again_and_damage_is_told(shapes: BlowShapes, tmp_path: Path) -> None:
    (tmp_path / SHAPES_FILE).write_bytes(shape_bytes(shapes))
    assert load_blow_shapes(tmp_path).means == pytest.approx(shapes.means, abs=1e-3)
    with pytest.raises(CheckpointError, match="can't be read"):
        load_blow_shapes(tmp_path / "nowhere")
    for number, contents in enumerate((b"", b"nothing", shape_bytes(BlowShapes(shapes.means[:, :5])))):
        folder = tmp_path / str(number)
        folder.mkdir()
        (folder / SHAPES_FILE).write_bytes(contents)
        with pytest.raises(CheckpointError, match=SHAPES_FILE):
            load_blow_shapes(folder)
