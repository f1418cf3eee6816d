"""What the kit sounds like, measured: brightness, decay, strength, and that materials can be told apart."""

from __future__ import annotations

from functools import cache
from itertools import pairwise

import numpy as np
import pytest

from engine.evaluation.sound_shape import SoundShape, sound_shape
from engine.project.materials import ACTIONS, HARD_MATERIALS, MATERIALS
from engine.project.timebase import SAMPLE_RATE
from engine.synthesis.kit import KitRecipe, synthesise

OBJECTS = tuple(range(0, 112, 16))


@cache
def shapes(material: str) -> tuple[SoundShape, ...]:
    return tuple(
        sound_shape(synthesise(KitRecipe(material, "hit", seed, 0.7)), SAMPLE_RATE) for seed in OBJECTS
    )


def median(material: str, measure: str) -> float:
    return float(np.nanmedian([getattr(shape, measure) for shape in shapes(material)]))


def median_brightness(material: str, strength: float) -> float:
    """Median centroid in Hz, up to 16 kHz."""
    sounds = (synthesise(KitRecipe(material, "hit", seed, strength)) for seed in OBJECTS)
    return float(np.median([sound_shape(s, SAMPLE_RATE, high_hz=16_000.0).centroid_hz for s in sounds]))


def test_hits_are_as_bright_as_a_drumstick_makes_them() -> None:
    by_material = [median(material, "centroid_hz") for material in MATERIALS]
    assert 2400.0 < np.median(by_material) < 3200.0
    assert min(by_material) > 700.0
    assert max(by_material) < 5500.0


@pytest.mark.parametrize("material", MATERIALS)
def test_strength_makes_brighter(material: str) -> None:
    faint, middle, hard = (median_brightness(material, strength) for strength in (0.1, 0.55, 1.0))
    assert faint < middle < hard
    assert 1.1 * faint < hard


@pytest.mark.parametrize("action", ACTIONS)
@pytest.mark.parametrize("material", ["metal", "leaf", "water"])
def test_strength_makes_louder(material: str, action: str) -> None:
    levels = [
        np.median(
            [np.std(synthesise(KitRecipe(material, action, seed, strength, 0.3))) for seed in (1, 20, 40)]
        )
        for strength in (0.0, 0.25, 0.5, 0.75, 1.0)
    ]
    assert all(louder > 1.3 * softer for softer, louder in pairwise(levels))


def test_metal_and_glass_ring_wood_knocks_cloth_thuds() -> None:
    falls = {
        m: median(m, "fall_20_ms") for m in ("metal", "glass", "ceramic", "wood", "rock", "tile", "cloth")
    }
    assert falls["metal"] > 2.0 * falls["wood"] > 2.0 * falls["cloth"]
    assert falls["glass"] > falls["ceramic"] > falls["tile"]
    assert falls["wood"] > falls["rock"]


def test_soft_surfaces_are_duller_than_hard_ones() -> None:
    soft = max(median(material, "centroid_hz") for material in ("cloth", "carpet"))
    hard = [median(material, "centroid_hz") for material in HARD_MATERIALS - {"drywall"}]
    assert 1.4 * soft < min(hard)
    assert soft < median("drywall", "centroid_hz") < min(hard)


def band_profile(sound: np.ndarray) -> np.ndarray:
    """Levels in dB of 13 bands and of 6 stretches of time, (19,): enough for a crude ear."""
    padded = np.zeros(SAMPLE_RATE // 2)
    piece = sound[: padded.size]
    padded[: piece.size] = piece
    power = np.abs(np.fft.rfft(padded)) ** 2
    edges = (np.geomspace(60.0, 16_000.0, 14) / SAMPLE_RATE * padded.size).astype(int)
    bands = np.array([power[a:b].sum() for a, b in pairwise(edges)])
    moments = (np.array([0.0, 0.01, 0.03, 0.07, 0.13, 0.25, 0.5]) * SAMPLE_RATE).astype(int)
    stretches = np.array([np.square(padded[a:b]).sum() for a, b in pairwise(moments)])
    shares = np.concatenate((bands / bands.sum(), stretches / stretches.sum()))
    return 10.0 * np.log10(shares + 1e-7)


@pytest.mark.parametrize("action", ACTIONS)
def test_materials_can_be_told_apart(action: str) -> None:
    profiles = np.array(
        [
            [
                band_profile(synthesise(KitRecipe(material, action, 17 * n, (0.5, 0.7, 0.9)[n % 3], 0.3)))
                for n in range(9)
            ]
            for material in MATERIALS
        ]
    )
    known, heard = profiles[:, :6], profiles[:, 6:]
    spread = np.sqrt(np.mean((known - known.mean(axis=1, keepdims=True)) ** 2, axis=(0, 1)))
    distance = ((heard[:, :, None] - known.mean(axis=1)) / spread) ** 2
    named = distance.sum(axis=-1).argmin(axis=-1)
    right = float(np.mean(named == np.arange(len(MATERIALS))[:, None]))
    assert right > 0.75, f"{right:.2f}, chance is {1 / len(MATERIALS):.2f}"


def stick_share(material: str) -> float:
    """How much of the first 10 ms lies around the stick's own 3.4 kHz, median over objects."""
    shares = []
    for seed in OBJECTS:
        power = np.abs(np.fft.rfft(synthesise(KitRecipe(material, "hit", seed, 0.7))[:480], 4096)) ** 2
        frequency_hz = np.fft.rfftfreq(4096, 1.0 / SAMPLE_RATE)
        shares.append(power[(frequency_hz > 2800.0) & (frequency_hz < 4200.0)].sum() / power.sum())
    return float(np.median(shares))


def test_the_stick_clicks_on_what_is_hard_and_hardly_on_what_is_soft() -> None:
    assert min(stick_share(material) for material in ("gravel", "rock", "tile", "plastic", "wood")) > 0.08
    assert max(stick_share(material) for material in ("cloth", "carpet")) < 0.02
