"""Hits as curves at a generator's clock."""

from __future__ import annotations

import numpy as np

from engine.features.hit_curves import CURVES, FADES_S, SoundingHit, hit_curves
from engine.project.materials import MATERIALS

_WOOD = tuple(float(name == "wood") for name in MATERIALS)


def test_a_hit_is_told_from_its_own_step_until_the_next_one() -> None:
    hits = (SoundingHit(0.0105, 0.0, "hit", 0.0, _WOOD), SoundingHit(0.05, -30.0, "hit", 0.0, _WOOD))
    curves = hit_curves(hits, 0.0, 100, 0.001)
    assert curves.shape == (100, CURVES)
    assert not curves[:10].any()
    np.testing.assert_allclose(curves[10, : len(FADES_S)], 1.0)
    np.testing.assert_allclose(curves[14, 0], np.exp(-1.0), rtol=1e-6)
    np.testing.assert_allclose(curves[50:, len(FADES_S) + 1], 0.5)
    np.testing.assert_allclose(curves[60, len(FADES_S) + 2 :], _WOOD)


def test_only_a_scratch_goes_on() -> None:
    scratch = hit_curves((SoundingHit(0.0, 0.0, "scratch", 0.02, _WOOD),), 0.0, 50, 0.001)
    np.testing.assert_allclose(scratch[:, len(FADES_S)], [1.0] * 20 + [0.0] * 30)
    assert not hit_curves((SoundingHit(0.0, 0.0, "hit", 0.02, _WOOD),), 0.0, 50, 0.001)[:, len(FADES_S)].any()


def test_parts_are_what_the_whole_is() -> None:
    hits = tuple(SoundingHit(time_s, -12.0, "hit", 0.0, _WOOD) for time_s in (0.013, 0.08, 0.0805, 0.3))
    whole = hit_curves(hits, 0.0, 400, 0.001)
    parts = [hit_curves(hits, start / 1000, 100, 0.001) for start in range(0, 400, 100)]
    np.testing.assert_allclose(np.concatenate(parts), whole, atol=1e-6)


def test_nothing_is_told_without_hits() -> None:
    assert not hit_curves((), 1.0, 20, 0.001).any()
