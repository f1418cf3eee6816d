"""The kit as its callers see it: recipes, takes, and sounds that a mixer can place as they are."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from engine.errors import UserFacingError
from engine.project.document import Take
from engine.project.materials import ACTIONS, MATERIALS
from engine.project.timebase import SAMPLE_RATE
from engine.synthesis.kit import KitRecipe, kit_take, recipe_of, synthesise

ROOT = Path(__file__).resolve().parents[3]
HASH_PROGRAM = """
import hashlib
from engine.synthesis.kit import KitRecipe, synthesise
for recipe in (KitRecipe("wood", "hit", 7, 0.6), KitRecipe("water", "scratch", 8, 0.6, 0.3)):
    print(hashlib.sha256(synthesise(recipe).tobytes()).hexdigest())
"""


def digests_in_another_process(hash_seed: str) -> str:
    environment = {**os.environ, "PYTHONHASHSEED": hash_seed}
    command = [sys.executable, "-c", HASH_PROGRAM]
    return subprocess.run(
        command, capture_output=True, text=True, check=True, cwd=ROOT, env=environment
    ).stdout


def test_the_same_recipe_gives_the_same_samples_in_another_process() -> None:
    assert digests_in_another_process("1") == digests_in_another_process("2")


@pytest.mark.parametrize("action", ACTIONS)
@pytest.mark.parametrize("material", MATERIALS)
def test_every_sound_can_be_placed_as_it_is(material: str, action: str) -> None:
    for seed, strength in ((0, 1.0), (17, 0.55), (2**40 + 3, 0.0)):
        recipe = KitRecipe(material, action, seed, strength, 0.4)
        sound = synthesise(recipe)
        assert sound.dtype == np.float32
        assert sound.ndim == 1
        assert np.isfinite(sound).all()
        peak = float(np.abs(sound).max())
        assert 0.0 < peak <= 1.0
        assert abs(float(sound.mean(dtype=np.float64))) < 1e-5 * peak
        begun = int(np.flatnonzero(np.abs(sound) > 0.02 * peak)[0])
        assert begun <= 0.001 * SAMPLE_RATE
        assert abs(float(sound[-1])) < 1e-6
        assert float(np.abs(np.diff(sound[-48:])).max()) < 1e-3 * peak
        np.testing.assert_array_equal(sound, synthesise(recipe))


@pytest.mark.parametrize("material", MATERIALS)
def test_a_hit_peaks_at_its_contact(material: str) -> None:
    for seed in range(0, 160, 16):
        sound = synthesise(KitRecipe(material, "hit", seed, 0.7))
        assert int(np.argmax(np.abs(sound))) <= 0.002 * SAMPLE_RATE, seed


@pytest.mark.parametrize("action", ACTIONS)
@pytest.mark.parametrize("material", MATERIALS)
def test_no_two_seeds_sound_the_same(material: str, action: str) -> None:
    sounds = [synthesise(KitRecipe(material, action, seed, 0.7, 0.2)) for seed in (0, 1, 2, 16, 32)]
    for first in range(len(sounds)):
        for second in range(first):
            length = min(sounds[first].size, sounds[second].size)
            a, b = sounds[first][:length], sounds[second][:length]
            likeness = abs(float(a @ b)) / float(np.linalg.norm(a) * np.linalg.norm(b))
            assert likeness < 0.99, (first, second)


@pytest.mark.parametrize("duration_s", [0.03, 0.25, 1.0, 2.5])
@pytest.mark.parametrize("material", ["metal", "gravel", "cloth", "water"])
def test_a_scratch_lasts_as_long_as_it_should(material: str, duration_s: float) -> None:
    sound = synthesise(KitRecipe(material, "scratch", 5, 0.7, duration_s))
    assert sound.size == round(duration_s * SAMPLE_RATE)
    tenths = np.array_split(sound, 10)
    sounding = [float(np.sqrt(np.mean(tenth**2))) for tenth in tenths]
    assert min(sounding[:8]) > 0.02 * max(sounding), "it falls silent on the way"


def test_a_scratch_without_a_duration_lasts_half_a_second() -> None:
    assert synthesise(KitRecipe("wood", "scratch", 1, 0.5)).size == SAMPLE_RATE // 2


def test_a_take_gives_its_recipe_back() -> None:
    recipe = KitRecipe("plastic-bag", "scratch", 123_456_789, 0.375, 1.25)
    take = kit_take(recipe)
    assert recipe_of(take) == recipe
    assert (take.source, take.material) == ("kit", "plastic-bag")
    assert kit_take(recipe) == take
    assert kit_take(KitRecipe("plastic-bag", "scratch", 123_456_788, 0.375, 1.25)).id != take.id


def test_a_library_take_has_no_recipe() -> None:
    with pytest.raises(UserFacingError, match="knock"):
        recipe_of(Take(id="t", name="knock.wav", source="library"))


@pytest.mark.parametrize(
    ("values", "said"),
    [
        (("marble", "hit", 1, 0.5), "marble"),
        (("wood", "kick", 1, 0.5), "kick"),
        (("wood", "hit", -1, 0.5), "-1"),
        (("wood", "hit", 2**63, 0.5), "2\\^63"),
        (("wood", "hit", 1.5, 0.5), "1.5"),
        (("wood", "hit", 1, float("nan")), "nan"),
        (("wood", "hit", 1, 1.01), "1.01"),
        (("wood", "scratch", 1, 0.5, -0.1), "-0.1"),
        (("wood", "scratch", 1, 0.5, 48_000.0), "samples or milliseconds"),
        (("wood", "scratch", 1, 0.5, float("inf")), "inf"),
    ],
)
def test_a_recipe_that_can_not_be_followed_is_refused(values: tuple, said: str) -> None:
    with pytest.raises(UserFacingError, match=said):
        KitRecipe(*values)
