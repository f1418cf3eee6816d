"""The envelope of hits: on time, as loud as told, dying away as its table says."""

from __future__ import annotations

import numpy as np

from engine.features.hit_curves import SoundingHit
from engine.features.hit_envelope import DECAY_TIMES_S, DECAYS_SHAPE, hit_envelope
from engine.project.materials import MATERIALS

_STEP_S = 0.002
_DECAYS_DB = np.tile(-20.0 * np.arange(len(DECAY_TIMES_S)), (DECAYS_SHAPE[0], 1))


def _hit(time_s: float, level_db: float, duration_s: float = 0.0) -> SoundingHit:
    wood = tuple(float(name == "wood") for name in MATERIALS)
    return SoundingHit(time_s, level_db, "scratch" if duration_s else "hit", duration_s, wood)


def _in_db(amplitude: np.ndarray) -> np.ndarray:
    return 20.0 * np.log10(amplitude)


def test_it_is_the_room_until_the_hit_and_falls_as_its_material_does() -> None:
    level_db = _in_db(hit_envelope([_hit(0.1, -10.0)], _DECAYS_DB, -90.0, 0, 100, _STEP_S))
    np.testing.assert_allclose(level_db[:50], -90.0)
    assert abs(level_db[50] - -10.0) < 1e-6
    assert abs(level_db[51] - -30.0) < 1e-3
    assert np.all(np.diff(level_db[50:]) <= 0.0)


def test_a_scratch_keeps_its_level_until_it_ends() -> None:
    level_db = _in_db(hit_envelope([_hit(0.0, -20.0, 0.1)], _DECAYS_DB, -150.0, 0, 100, _STEP_S))
    as_after_db = -20.0 - 20.0 * DECAY_TIMES_S.index(0.02)
    np.testing.assert_allclose(level_db[:51], as_after_db, atol=0.01)
    assert level_db[99] < as_after_db - 15.0


def test_two_hits_add_their_powers_and_parts_are_as_the_whole() -> None:
    hits = [_hit(0.1, -10.0), _hit(0.1, -10.0), _hit(0.15, -20.0)]
    whole = hit_envelope(hits, _DECAYS_DB, -60.0, 0, 120, _STEP_S)
    assert abs(_in_db(whole[50]) - -6.99) < 0.01
    np.testing.assert_array_equal(whole[60:101], hit_envelope(hits, _DECAYS_DB, -60.0, 60, 40, _STEP_S))


def test_an_unknown_material_has_a_decay_of_its_own() -> None:
    decays_db = np.zeros(DECAYS_SHAPE)
    decays_db[-1] = -12.0
    unknown = SoundingHit(0.0, -10.0, "hit", 0.0, (0.0,) * len(MATERIALS))
    assert abs(_in_db(hit_envelope([unknown], decays_db, -90.0, 0, 1, _STEP_S))[0] - -22.0) < 1e-3
