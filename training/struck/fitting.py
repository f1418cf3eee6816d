"""The correction of the table, learned from labelled hits of real scenes in closed form.

What the table and the prior say is taken as given; the correction is the ridge regression, from the vectors
of both views, of what they leave unexplained. Each source counts once, however many hits it has: they look
alike.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from engine.models.sight import VECTOR_LENGTH, SightFeatures
from engine.models.struck import StruckConfig, StruckModel, StruckWeights, directions, looks
from engine.project.materials import MATERIALS, Action
from training.struck.objects import material_priors, material_table

RIDGE = 2.0
"""How much the correction is held back."""


@dataclass(frozen=True, slots=True, eq=False)
class LabelledLooks:
    """Looks at hits whose material is known.

    Attributes
    ----------
    features
        Of n hits.
    materials
        (n,) int: numbers in `MATERIALS`.
    actions
        Hit or scratch, as far as the detector can tell.
    sources
        The video each is of.
    """

    features: SightFeatures
    materials: NDArray[np.int_]
    actions: tuple[Action, ...]
    sources: tuple[str, ...]

    def __len__(self) -> int:
        return len(self.materials)

    def of(self, rows: Sequence[int] | NDArray[np.intp]) -> LabelledLooks:
        """Some of them, by number."""
        return LabelledLooks(
            self.features[rows],
            self.materials[rows],
            tuple(self.actions[row] for row in rows),
            tuple(self.sources[row] for row in rows),
        )


def table_model(config: StruckConfig | None = None) -> StruckModel:
    """The table and the prior alone."""
    nothing = np.zeros((2 * VECTOR_LENGTH, len(MATERIALS)), np.float32)
    weights = StruckWeights(material_table(), material_priors(), np.zeros(len(nothing), np.float32), nothing)
    return StruckModel(weights, config)


def corrected(base: StruckModel, learned_from: LabelledLooks, ridge: float = RIDGE) -> StruckModel:
    """The model with a correction learned from labelled looks."""
    certain = StruckModel(base.weights, replace(base.config, temperature=1.0))
    said = certain.materials(learned_from.features, learned_from.actions)
    unexplained = np.eye(len(MATERIALS))[learned_from.materials] - said
    seen = looks(learned_from.features)
    share = source_weights(learned_from.sources)
    mean = (share[:, None] * seen).sum(axis=0) / share.sum()
    looked = directions(seen - mean).astype(np.float64)
    alike = looked @ looked.T + ridge * np.diag(1 / share)
    correction = looked.T @ np.linalg.solve(alike, unexplained)
    weights = replace(base.weights, mean=mean.astype(np.float32), correction=correction.astype(np.float32))
    return StruckModel(weights, base.config)


def source_weights(sources: Sequence[str]) -> NDArray[np.float64]:
    """(n,): all hits of one source together count 1."""
    return np.array([1 / sources.count(source) for source in sources])
