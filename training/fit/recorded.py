"""What the sound tower takes recordings for: a linear layer over what the sound model made of them.

It learns from recordings, the kit and rendered hits, every material alike, and is as sure as it turns out to
be right about recordings of makers it has not learned from.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import torch
from numpy.typing import NDArray
from scipy.special import log_softmax, softmax

from engine.models.two_tower import TwoTowerNet
from engine.project.materials import MATERIALS
from training.fit.sounds import SoundRows

_TEMPERATURES = np.geomspace(0.5, 5.0, 40)
_UNHEARD_OF = -12.0


@dataclass(frozen=True, slots=True)
class RecordedRecipe:
    """How the layer learns.

    Attributes
    ----------
    freedom
        The inverse of how much large weights cost.
    kit_share, rendered_share
        How much all sounds of the kit, and all of rendered hits, count beside all recordings.
    """

    freedom: float = 0.3
    kit_share: float = 0.2
    rendered_share: float = 0.3


@dataclass(frozen=True, slots=True, eq=False)
class LabelledSounds:
    """Recordings, and sounds beside them."""

    recordings: SoundRows
    kit: SoundRows
    rendered: SoundRows


def learn_materials(network: TwoTowerNet, sounds: LabelledSounds, recipe: RecordedRecipe) -> float:
    """Teach the network's layer; returns what its scores were divided by to be as sure as it is right."""
    everything = np.ones(len(sounds.recordings), bool)
    weight, bias = _learned(network, sounds, everything, recipe)
    temperature = _temperature(unseen_scores(network, sounds, recipe), sounds.recordings.material)
    with torch.no_grad():
        network.recorded.weight.copy_(torch.from_numpy(weight / temperature))
        network.recorded.bias.copy_(torch.from_numpy(bias / temperature))
    return temperature


def unseen_materials(
    network: TwoTowerNet, sounds: LabelledSounds, recipe: RecordedRecipe
) -> NDArray[np.float32]:
    """(n, 17) what each recording is taken for by a layer that learned without its maker's."""
    scores = unseen_scores(network, sounds, recipe)
    return softmax(scores / _temperature(scores, sounds.recordings.material), axis=1).astype(np.float32)


def unseen_scores(
    network: TwoTowerNet, sounds: LabelledSounds, recipe: RecordedRecipe
) -> NDArray[np.float64]:
    """(n, 17) scores of the same."""
    scores = np.zeros((len(sounds.recordings), len(MATERIALS)))
    for maker in np.unique(sounds.recordings.makers):
        own = sounds.recordings.makers == maker
        weight, bias = _learned(network, sounds, ~own, recipe)
        scores[own] = _standardised(network, sounds.recordings)[own] @ weight.T + bias
    return scores


def _learned(
    network: TwoTowerNet, sounds: LabelledSounds, kept: NDArray[np.bool_], recipe: RecordedRecipe
) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
    """Weights (17, d) and biases (17,) of a logistic regression."""
    from sklearn.linear_model import LogisticRegression

    groups: Sequence[tuple[NDArray[np.float64], NDArray[np.intp], float]] = (
        (_standardised(network, sounds.recordings)[kept], sounds.recordings.material[kept], 1.0),
        (_standardised(network, sounds.kit), sounds.kit.material, recipe.kit_share),
        (_standardised(network, sounds.rendered), sounds.rendered.material, recipe.rendered_share),
    )
    total = float(kept.sum())
    weights = np.concatenate([_even(material) * share * total for _, material, share in groups])
    material = np.concatenate([each for _, each, _ in groups])
    vectors = np.concatenate([each for each, _, _ in groups])
    model = LogisticRegression(C=recipe.freedom, max_iter=500).fit(vectors, material, sample_weight=weights)
    weight = np.zeros((len(MATERIALS), vectors.shape[1]), np.float32)
    bias = np.full(len(MATERIALS), _UNHEARD_OF, np.float32)
    weight[model.classes_], bias[model.classes_] = model.coef_, model.intercept_
    return weight, bias


def _standardised(network: TwoTowerNet, rows: SoundRows) -> NDArray[np.float64]:
    with torch.no_grad():
        return network.sound.standardised(torch.from_numpy(rows.vector)).double().numpy()


def _even(material: NDArray[np.intp]) -> NDArray[np.float64]:
    """(n,) weights, sum 1, that make every material count the same."""
    counts = np.bincount(material, minlength=len(MATERIALS))
    weights = 1.0 / counts[material]
    return weights / weights.sum()


def _temperature(scores: NDArray[np.float64], material: NDArray[np.intp]) -> float:
    """What scores have to be divided by for the true materials to be likeliest, every material alike."""
    weights = _even(material)
    rows = np.arange(len(material))
    losses = [
        -float(weights @ log_softmax(scores / temperature, axis=1)[rows, material])
        for temperature in _TEMPERATURES
    ]
    return float(_TEMPERATURES[int(np.argmin(losses))])
