"""Samples as levels and back."""

from __future__ import annotations

import numpy as np
import pytest

from engine.features.quantisation import SILENCE, Quantisation, levels_as_samples, quantised


@pytest.mark.parametrize("quantisation", ["linear", "mu-law"])
def test_a_level_stands_for_itself(quantisation: Quantisation) -> None:
    levels = np.arange(256)
    np.testing.assert_array_equal(quantised(levels_as_samples(levels, quantisation), quantisation), levels)
    assert quantised(np.zeros(1), quantisation)[0] == SILENCE
    assert levels_as_samples(np.array([SILENCE]), quantisation)[0] == 0.0


def test_mu_law_is_finer_where_it_is_quiet() -> None:
    quiet = 0.01 * np.sin(np.arange(1000) / 7)
    errors = [
        np.abs(levels_as_samples(quantised(quiet, name), name) - quiet).mean()
        for name in ("linear", "mu-law")
    ]
    assert errors[1] < errors[0] / 5


def test_what_is_too_loud_is_the_end_of_the_range() -> None:
    np.testing.assert_array_equal(quantised(np.array([-3.0, 3.0]), "linear"), [0, 255])
