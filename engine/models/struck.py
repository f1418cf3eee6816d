"""What is struck, from what a hit's picture shows: a table of things and their materials, and what it misses.

The table says for each of ImageNet's classes what is struck where such a thing is seen: a washbasin is metal
or ceramic, a carton is paper. It was written by hand. What the network says of the whole picture and of the
surroundings of the contact goes through it; how often each material is struck counts as well. A linear
correction, learned from real scenes and kept small, adds what the table gets wrong there.

Conventions
-----------
Materials are in the order of `MATERIALS`. Rows of probabilities sum to 1.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray

from engine.bundled import bundled_models_folder
from engine.models.checkpoint import CheckpointError, load_checkpoint
from engine.models.description import read_description
from engine.models.plain_config import from_plain
from engine.models.sight import CLASS_COUNT, VECTOR_LENGTH, SightFeatures
from engine.project.materials import ACTIONS, MATERIALS, Action

STRUCK = "struck"


@dataclass(frozen=True, slots=True)
class StruckConfig:
    """How the parts are weighed.

    Attributes
    ----------
    sharpness
        Power of the network's probabilities: it is less sure of small blurred pictures than it could be.
    table, prior, correction
        Weights of the three parts, in log odds.
    temperature
        Divides the sum: what makes the probabilities those with which they come true.
    neighbour
        How much the hit before or after counts beside a hit itself, 0..1; the second next its square, and so
        on.
    """

    sharpness: float = 2.0
    table: float = 1.5
    prior: float = 0.5
    correction: float = 5.0
    temperature: float = 1.0
    neighbour: float = 0.3


@dataclass(frozen=True, slots=True, eq=False)
class StruckWeights:
    """What was written and learned.

    Attributes
    ----------
    table
        (1000, 17) float32: what is struck where a class is seen; rows sum to 1.
    prior
        (2, 17) float32: how often each material is hit, and scratched; rows sum to 1.
    mean
        (2560,) float32: of `looks` over the scenes learned from.
    correction
        (2560, 17) float32.
    """

    table: NDArray[np.float32]
    prior: NDArray[np.float32]
    mean: NDArray[np.float32]
    correction: NDArray[np.float32]

    def __post_init__(self) -> None:
        materials = len(MATERIALS)
        shapes = {
            "table": (CLASS_COUNT, materials),
            "prior": (len(ACTIONS), materials),
            "mean": (2 * VECTOR_LENGTH,),
            "correction": (2 * VECTOR_LENGTH, materials),
        }
        for name, shape in shapes.items():
            if getattr(self, name).shape != shape:
                raise ValueError(f"{name} has shape {getattr(self, name).shape}, not {shape}")


class StruckModel:
    """See the module.

    Parameters
    ----------
    weights, config
        As a checkpoint holds them.
    version
        Changes when the answers do.
    """

    def __init__(self, weights: StruckWeights, config: StruckConfig | None = None, version: str = "") -> None:
        self.weights = weights
        self.config = config or StruckConfig()
        self.version = version

    def materials(
        self, features: SightFeatures, actions: Sequence[Action] | None = None
    ) -> NDArray[np.float32]:
        """What is struck in each of n pictures, each by itself: probabilities (n, 17).

        Parameters
        ----------
        features
            Of the still picture of each hit and of the crop at its contact.
        actions
            Hit or scratch, for each; hits when None.
        """
        config = self.config
        said = config.table * table_evidence(features, self.weights.table, config.sharpness)
        said += config.prior * np.log(self.priors(actions, len(features)))
        looked = directions(looks(features) - self.weights.mean)
        said += config.correction * (looked @ self.weights.correction)
        said = said / config.temperature
        odds = np.exp(said - said.max(axis=1, keepdims=True))
        return (odds / odds.sum(axis=1, keepdims=True)).astype(np.float32)

    def in_one_shot(self, probabilities: NDArray[np.floating]) -> NDArray[np.float64]:
        """What the hits of one shot are on, each knowing of those before and after it.

        A stick mostly stays on a thing. Their logarithms are averaged, not added: two pictures of one scene
        say much the same, right or wrong, and ten looks at one mistake would make it a certainty.

        Parameters
        ----------
        probabilities
            (n, 17), each by itself, in order of time.
        """
        places = np.arange(len(probabilities))
        weights = self.config.neighbour ** np.abs(places[:, None] - places).astype(np.float64)
        told = np.log(np.maximum(probabilities, 1e-9).astype(np.float64))
        together = np.exp(weights / weights.sum(axis=1, keepdims=True) @ told)
        return together / together.sum(axis=1, keepdims=True)

    def priors(self, actions: Sequence[Action] | None, count: int) -> NDArray[np.float32]:
        """How often each material is struck as each hit strikes, (n, 17)."""
        return self.weights.prior[[ACTIONS.index(action) for action in actions or ["hit"] * count]]


def table_evidence(
    features: SightFeatures, table: NDArray[np.floating], sharpness: float
) -> NDArray[np.float64]:
    """Mean over both views of the logarithm of what the table makes of the classes seen, (n, 17)."""
    views = (features.whole_posteriors, features.crop_posteriors)
    return sum((_through(view, table, sharpness) for view in views), np.zeros((len(features), 17))) / len(
        views
    )


def looks(features: SightFeatures) -> NDArray[np.float32]:
    """Both vectors of each picture in one, (n, 2560); roots, since some of their numbers are far larger."""
    return np.sqrt(np.concatenate((features.whole, features.crop), axis=1))


def directions(vectors: NDArray[np.floating]) -> NDArray[np.float32]:
    """Vectors brought to length 1; a zero vector stays one."""
    length = np.linalg.norm(vectors, axis=1, keepdims=True)
    return (vectors / np.maximum(length, 1e-6)).astype(np.float32)


def load_struck(folder: Path | None = None) -> StruckModel:
    """The model that ships with the program, or that of a checkpoint.

    Raises
    ------
    CheckpointError
        When the checkpoint is missing, damaged, or holds something else.
    ConfigError
        When its settings are not those of this program.
    """
    checkpoint = load_checkpoint(folder or bundled_models_folder() / STRUCK, STRUCK)
    config = from_plain(StruckConfig, checkpoint.description.config, complete=True)
    try:
        held = {name: tensor.to(torch.float32).numpy() for name, tensor in checkpoint.weights.items()}
        weights = StruckWeights(**held)
    except (TypeError, ValueError) as error:
        raise CheckpointError(
            f"“{checkpoint.folder}” does not hold what tells materials: {error}."
        ) from error
    return StruckModel(weights, config, f"{STRUCK}-{read_description(checkpoint.folder)[1][:8]}")


def _through(
    posteriors: NDArray[np.float32], table: NDArray[np.floating], sharpness: float
) -> NDArray[np.float64]:
    powers = np.maximum(np.asarray(posteriors, np.float64), 1e-12) ** sharpness
    return np.log(powers / powers.sum(axis=1, keepdims=True) @ table + 1e-4)
