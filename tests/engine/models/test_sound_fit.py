"""The parts of a sound's fit, and the probability they come to."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from engine.models.description import ModelDescription
from engine.models.plain_config import ConfigError, to_plain
from engine.models.sound_fit import (
    BY_HAND,
    PARTS,
    HitCues,
    PartWeights,
    SoundCues,
    SoundFit,
    fit_probability,
    material_part,
    parts_of,
    sound_fit_of,
)
from engine.project.materials import MATERIALS

FIT = SoundFit(
    with_picture=PartWeights(0.5, 1.0, 2.0, 0.2, 0.3, 1.0, 0.8),
    without_picture=PartWeights(0.4, 1.1, 0.0, 0.2, 0.3, 1.0, 0.8),
    octaves=(11.0,) * len(MATERIALS),
)


def certain(*names: str) -> np.ndarray:
    """(n, 17) of sounds or hits whose material is known."""
    return np.eye(len(MATERIALS))[[MATERIALS.index(name) for name in names]]


def sounds(**changed: object) -> SoundCues:
    """Two sounds that are all alike but for what is changed."""
    alike = SoundCues(
        materials=certain("wood", "wood"),
        vectors=None,
        scratch=np.array([0.05, 0.05]),
        level_db=np.array([-20.0, -20.0]),
        centroid_hz=np.array([2048.0, 2048.0]),
        attack_s=np.array([0.005, 0.005]),
        decay_s=np.array([0.1, 0.1]),
        duration_s=np.array([0.3, 0.3]),
        unlike=np.array([[0.03, 0.08], [0.03, 0.08]]),
    )
    return replace(alike, **changed)  # pyright: ignore[reportArgumentType]


HIT = HitCues(certain("wood")[0], level_db=-20.0, is_scratch=False)
SCRATCH = HitCues(certain("wood")[0], level_db=-20.0, is_scratch=True, length_s=1.2)


def test_material_is_the_chance_that_both_are_of_one() -> None:
    hit = np.zeros(len(MATERIALS))
    hit[[MATERIALS.index("wood"), MATERIALS.index("metal")]] = 3.0, 1.0
    heard = np.zeros((3, len(MATERIALS)))
    heard[0] = certain("wood")[0]
    heard[1, [MATERIALS.index("wood"), MATERIALS.index("metal")]] = 0.5, 0.5
    assert material_part(hit, heard) == pytest.approx([0.75, 0.5, 1 / 17])
    assert material_part(np.zeros(17), heard) == pytest.approx([1 / 17] * 3)


@pytest.mark.parametrize(
    ("hit", "worse"),
    [
        (HIT, {"materials": certain("wood", "water")}),
        (HIT, {"scratch": np.array([0.05, 0.9])}),
        (SCRATCH, {"scratch": np.array([0.9, 0.05])}),
        (SCRATCH, {"duration_s": np.array([1.5, 0.1]), "scratch": np.array([0.9, 0.9])}),
        (HIT, {"attack_s": np.array([0.005, 0.3])}),
        (HIT, {"decay_s": np.array([0.1, 5.0])}),
        (HIT, {"duration_s": np.array([0.3, 60.0])}),
        (HIT, {"level_db": np.array([-20.0, -60.0])}),
        (HIT, {"level_db": np.array([-30.0, -1.0])}),
        (HIT, {"centroid_hz": np.array([2048.0, 200.0])}),
        (HIT, {"unlike": np.array([[0.03, 0.08], [0.09, 0.02]])}),
        (SCRATCH, {"unlike": np.array([[0.09, 0.02], [0.03, 0.08]])}),
    ],
)
def test_each_part_tells_the_better_of_two_sounds(hit: HitCues, worse: dict[str, object]) -> None:
    quieter = replace(hit, level_db=-30.0) if worse.get("level_db") is not None else hit
    first, second = fit_probability(parts_of(quieter, sounds(**worse), FIT), FIT)
    assert 1.0 > first > second > 0.0


def test_parts_lie_in_0_to_1_and_are_told_by_name() -> None:
    rng = np.random.default_rng(3)
    many = SoundCues(
        rng.dirichlet(np.ones(17), 40),
        rng.normal(size=(40, 128)),
        rng.uniform(-0.1, 1.1, 40),
        rng.uniform(-80, 0, 40),
        rng.uniform(0, 20_000, 40),
        rng.uniform(0, 3, 40),
        rng.uniform(0, 3, 40),
        rng.uniform(0.005, 7200, 40),
        rng.uniform(0, 0.3, (40, 2)),
    )
    hit = HitCues(rng.dirichlet(np.ones(17)), -70.0, True, 0.4, rng.normal(size=128))
    parts = parts_of(hit, many, FIT)
    assert tuple(sorted(parts)) == tuple(sorted(PARTS))
    for part in parts.values():
        assert part.shape == (40,)
        assert ((part >= 0.0) & (part <= 1.0)).all()


def test_a_picture_counts_where_both_vectors_are_known() -> None:
    toward = np.zeros(128)
    toward[0] = 1.0
    vectors = np.stack([toward, -toward, np.zeros(128)])
    three = SoundCues(
        certain("wood", "wood", "wood"),
        vectors,
        np.full(3, 0.05),
        *(np.full(3, value) for value in (-20.0, 2048.0, 0.005, 0.1, 0.3)),
    )
    parts = parts_of(replace(HIT, picture=toward), three, FIT)
    assert parts["picture"][:2] == pytest.approx([1.0, 0.0])
    assert np.isnan(parts["picture"][2])
    near, far, unheard = fit_probability(parts, FIT)
    assert near > far
    unseen = fit_probability(parts_of(HIT, three, FIT), FIT)
    assert unheard == pytest.approx(unseen[2])
    assert unseen[0] == unseen[1]


def test_an_unknown_shape_counts_as_a_usual_one() -> None:
    parts = parts_of(HIT, sounds(unlike=np.array([[np.nan, np.nan], [0.03, 0.08]])), FIT)
    unknown, known = fit_probability(parts, FIT)
    usual, _ = fit_probability({**parts, "shape": np.array([FIT.usual_shape, 1.0])}, FIT)
    assert unknown == pytest.approx(usual)
    assert unknown < known


def test_more_log_odds_raise_the_probability_by_their_odds() -> None:
    parts = parts_of(HIT, sounds(), FIT)
    before = fit_probability(parts, FIT)
    after = fit_probability(parts, FIT, np.log([4.0, 1.0]))
    assert after[0] / (1 - after[0]) == pytest.approx(4.0 * before[0] / (1 - before[0]))
    assert after[1] == pytest.approx(before[1])


def test_no_weight_may_count_against_a_sound() -> None:
    with pytest.raises(ValueError, match="no weight is below 0"):
        PartWeights(0.0, 1.0, -0.1, 0.0, 0.0, 0.0, 0.0)


def test_weights_survive_the_description_and_a_missing_one_is_refused() -> None:
    description = ModelDescription("two-tower", {"fit": to_plain(FIT)})
    assert sound_fit_of(description) == FIT
    with pytest.raises(ConfigError, match=r"fit\."):
        sound_fit_of(ModelDescription("two-tower", {}))
    assert 0.0 < fit_probability(parts_of(HIT, sounds(), BY_HAND), BY_HAND)[0] < 1.0
