"""The level curve from the networks' level and the contacts."""

from __future__ import annotations

import numpy as np
import pytest

from engine.models.level_shape import LevelShape, raised

TIMES_S = np.arange(60) / 30


def test_by_default_it_is_the_networks_curve():
    level_db = np.linspace(-50, -20, 60)
    shape = LevelShape()
    np.testing.assert_array_equal(
        shape.curve_db(TIMES_S, level_db, np.array([1.0]), np.array([0.9])), level_db
    )
    assert shape.hit_db(-30.0, 0.9) == -30.0


def test_a_contact_raises_the_level_at_once_and_dies_away():
    shape = LevelShape(-40.0, 0.5, ((0.1, 20.0),))
    curve_db = shape.curve_db(TIMES_S, np.full(60, -10.0), np.array([1.0]), np.array([0.5]))
    assert curve_db[:29] == pytest.approx(-45.0)
    # The picture during which it sounds, and a tenth of a second later.
    assert curve_db[30] == pytest.approx(-45.0 + 10.0 * np.exp(-1 / 60 / 0.1))
    assert curve_db[33] == pytest.approx(-45.0 + 10.0 * np.exp(-(0.1 + 1 / 60) / 0.1))
    assert shape.hit_db(-10.0, 0.5) == pytest.approx(-35.0)


def test_of_several_contacts_the_one_that_is_heard_most_counts():
    alone = [
        raised(TIMES_S, np.array([at_s]), np.array([own]), 0.2) for at_s, own in ((0.5, 1.0), (0.6, 0.3))
    ]
    both = raised(TIMES_S, np.array([0.5, 0.6]), np.array([1.0, 0.3]), 0.2)
    np.testing.assert_allclose(both, np.maximum(*alone))


def test_a_decay_without_duration_can_not_be():
    with pytest.raises(ValueError, match="above 0"):
        LevelShape(decays=((0.0, 3.0),))
