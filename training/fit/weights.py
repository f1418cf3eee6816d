"""The weights of a sound's parts: how much each counts, so that the probability is as high as it is right.

Brightness and shape are learned from rendered hits and their true sounds. Their weights are chosen by hand
from a few, by the distance of the first sound to the true one; the weight of the level, about which a library
says nothing, is by hand altogether. Those of material, picture and action, and what all are added to, are
those under which the outcomes are likeliest: a pair belongs together when material and action are the same.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import minimize
from scipy.special import expit

from engine.models.sound_fit import PARTS, PartWeights, SoundFit, fit_log_odds
from engine.project.materials import MATERIALS
from training.fit.sounds import SoundRows

Parts = Mapping[str, NDArray[np.float64]]

_FITTED = ("material", "picture", "action")
_USUAL_LEVEL_DB = -20.0
_FEWEST_OF_A_MATERIAL = 12
_REGULARISATION = 1e-3


@dataclass(frozen=True, slots=True)
class ByHand:
    """Weights that are chosen, not fitted."""

    brightness: float = 0.1
    level: float = 0.1
    shape: float = 1.0


def fit_of_sounds(true_sounds: SoundRows, unlike: NDArray[np.float64], by_hand: ByHand) -> SoundFit:
    """What rendered hits tell of brightness and shape; the other weights are those of plain evidence.

    Parameters
    ----------
    true_sounds
        Of rendered hits.
    unlike
        (n, 2) the distances of their shapes from the means.
    by_hand
        The chosen weights.
    """
    hits = ~true_sounds.is_scratch & (true_sounds.centroid_hz > 0.0)
    octaves = np.log2(np.maximum(true_sounds.centroid_hz, 20.0))
    louder = (true_sounds.level_db - _USUAL_LEVEL_DB) / 10.0
    # Among blows on one thing, the louder ones are the brighter ones.
    within = hits & _has_company(true_sounds.makers, hits)
    slope = _slope(
        _without_means(louder, true_sounds.makers, within),
        _without_means(octaves, true_sounds.makers, within),
    )
    usual = octaves - slope * np.clip(louder, -2.0, 2.0)
    everywhere = float(np.median(usual[hits]))
    by_material = []
    for number in range(len(MATERIALS)):
        rows = hits & (true_sounds.material == number)
        by_material.append(
            float(np.median(usual[rows])) if rows.sum() >= _FEWEST_OF_A_MATERIAL else everywhere
        )
    left = usual[hits] - np.array(by_material)[true_sounds.material[hits]]
    own = unlike[np.arange(len(unlike)), true_sounds.is_scratch.astype(np.intp)]
    nearest = float(np.quantile(own, 0.25))
    evidence = PartWeights(0.0, 1.0, 1.0, by_hand.brightness, by_hand.level, by_hand.shape, 1.0)
    return SoundFit(
        with_picture=evidence,
        without_picture=evidence,
        octaves=tuple(round(value, 3) for value in by_material),
        octaves_per_10_db=round(slope, 3),
        octaves_spread=round(float(left.std()), 3),
        nearest=round(nearest, 4),
        spread=round(float(np.quantile(own, 0.9)) - nearest, 4),
    )


def fitted(fit: SoundFit, parts: Parts, belongs: NDArray[np.bool_], counts: NDArray[np.float64]) -> SoundFit:
    """The same with the weights of material, picture and action, and the bias, that explain pairs best.

    Parameters
    ----------
    fit
        Where it begins; what is chosen by hand stays.
    parts
        By name, (n,) each, of n pairs of a hit and a sound.
    belongs
        (n,) whether they belong together.
    counts
        (n,) how much each pair counts.
    """
    with_picture = fit.with_picture
    if np.isfinite(parts["picture"]).any():
        seen = np.isfinite(parts["picture"])
        with_picture = _fitted_weights(
            fit, {name: part[seen] for name, part in parts.items()}, belongs[seen], counts[seen]
        )
    unseen = {**parts, "picture": np.full(len(belongs), np.nan)}
    return replace(
        fit, with_picture=with_picture, without_picture=_fitted_weights(fit, unseen, belongs, counts)
    )


def true_where_shown(
    fit: SoundFit,
    parts: Parts,
    belongs: NDArray[np.bool_],
    counts: NDArray[np.float64],
    is_shown: NDArray[np.bool_],
) -> SoundFit:
    """The same order of sounds, with probabilities that are true of those that are offered first.

    What comes first among many comes first by luck as well, so that its probability is too high when it is
    that of any pair.

    Parameters
    ----------
    is_shown
        (n,) which pairs are among a hit's first.
    """
    odds = fit_log_odds(parts, fit)[is_shown]
    true, share = belongs[is_shown].astype(np.float64), counts[is_shown] / counts[is_shown].sum()

    def loss(values: NDArray[np.float64]) -> float:
        scaled = values[0] + values[1] * odds
        surprise = float(share @ (np.logaddexp(0.0, scaled) - true * scaled))
        return surprise + _REGULARISATION * float((values[1] - 1.0) ** 2)

    found = minimize(loss, np.array([0.0, 1.0]), method="L-BFGS-B", bounds=[(None, None), (0.2, 2.0)])
    more, slope = (float(value) for value in found.x)

    def scaled(weights: PartWeights) -> PartWeights:
        times = {name: round(slope * getattr(weights, name), 4) for name in PARTS}
        return PartWeights(bias=round(more + slope * weights.bias, 4), **times)

    return replace(fit, with_picture=scaled(fit.with_picture), without_picture=scaled(fit.without_picture))


def usual_shape(fit: SoundFit, parts: Parts, belongs: NDArray[np.bool_]) -> SoundFit:
    """The same with the part that a sound of unknown shape has: the middle one of those that belong."""
    return replace(fit, usual_shape=round(float(np.nanmedian(parts["shape"][belongs])), 3))


def _fitted_weights(
    fit: SoundFit, parts: Parts, belongs: NDArray[np.bool_], counts: NDArray[np.float64]
) -> PartWeights:
    """A logistic regression in which no weight may be below 0 and the weights by hand stay."""
    nothing = dict.fromkeys(("bias", *_FITTED), 0.0)
    by_hand = replace(fit.with_picture, **nothing)
    offset = fit_log_odds(parts, replace(fit, with_picture=by_hand, without_picture=by_hand))
    columns = [np.ones(len(belongs))]
    for name in _FITTED:
        alone = replace(by_hand, brightness=0.0, level=0.0, shape=0.0, **{name: 1.0})
        columns.append(fit_log_odds(parts, replace(fit, with_picture=alone, without_picture=alone)))
    evidence = np.stack(columns, axis=1)
    share, true = counts / counts.sum(), belongs.astype(np.float64)
    # Weights of plain evidence are where it begins and what it is held to, where there is little to learn.
    plain = np.array([0.0, 1.0, 0.0, 1.0])
    pull = _REGULARISATION * np.array([0.0, 1.0, 1.0, 1.0])

    def loss(values: NDArray[np.float64]) -> tuple[float, NDArray[np.float64]]:
        odds = offset + evidence @ values
        surprise = np.logaddexp(0.0, odds) - true * odds
        slope = evidence.T @ (share * (expit(odds) - true))
        away = values - plain
        return float(share @ surprise + pull @ away**2), slope + 2.0 * pull * away

    bounds = [(None, None), *[(0.0, None)] * len(_FITTED)]
    found = minimize(loss, plain, jac=True, method="L-BFGS-B", bounds=bounds)
    values = dict(zip(("bias", *_FITTED), (round(float(value), 4) for value in found.x), strict=True))
    return replace(by_hand, **values)


def _has_company(makers: NDArray[np.str_], rows: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """Whether the sound's maker has more than one of these rows: (n,)."""
    _, place = np.unique(makers, return_inverse=True)
    return (np.bincount(place, rows, place.max() + 1) > 1)[place]


def _without_means(
    values: NDArray[np.float64], makers: NDArray[np.str_], rows: NDArray[np.bool_]
) -> NDArray[np.float64]:
    """Those rows' values less the mean of their maker's."""
    _, place = np.unique(makers[rows], return_inverse=True)
    means = np.bincount(place, values[rows]) / np.bincount(place)
    return values[rows] - means[place]


def _slope(across: NDArray[np.float64], up: NDArray[np.float64]) -> float:
    """How steeply one rises with the other; 0 where it falls or there is nothing to see."""
    spread = float(across @ across)
    return max(0.0, float(across @ up) / spread) if spread > 0.0 else 0.0
