"""One run: the towers, the mean shapes of blows, the weights of the parts, and what came of it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, fields, replace
from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray

from engine.models.blow_shape import SHAPES_FILE, BlowShapes, shape_bytes
from engine.models.checkpoint import save_checkpoint
from engine.models.description import ModelDescription
from engine.models.plain_config import to_plain
from engine.models.sight import SightFeatures, joined_features
from engine.models.sound_fit import SoundFit
from engine.models.two_tower import TWO_TOWER, TwoTower, TwoTowerConfig, TwoTowerNet
from engine.project.materials import MATERIALS
from training.fit.judged import JudgedHits, pairs, unlike_blows
from training.fit.real import RealHits, load_real
from training.fit.sounds import SoundRows, load_sounds
from training.fit.struck import StruckHits, load_hits
from training.fit.towers import TowerData, TowerRecipe, trained_towers
from training.fit.weights import ByHand, fit_of_sounds, fitted, usual_shape
from training.frame.provenance import digest, git_commit

LIBRARY, KIT, REAL = "library", "kit", "real"


@dataclass(frozen=True, slots=True, eq=False)
class Prepared:
    """What `prepare` made.

    Attributes
    ----------
    data
        Rendered hits with their true sounds, what the picture model takes them for, and more sounds.
    library
        Recordings, by material.
    unseen
        (n, 17) what the recordings are heard as by models that learned without their makers; None when
        nobody made them.
    real
        Real hits.
    """

    data: TowerData
    library: SoundRows
    unseen: NDArray[np.float32] | None
    real: RealHits


def load_prepared(folder: Path, rendered: Sequence[str]) -> Prepared:
    """What was prepared in a folder, with the rendered sets of these names."""
    hits = [load_hits(folder / "pictures" / f"{name}.npz") for name in rendered]
    materials = [np.load(folder / "pictures" / f"{name}-materials.npy") for name in rendered]
    true_sounds = joined_rows([load_sounds(folder / "sounds" / f"{name}.npz") for name in rendered])
    library, kit = (load_sounds(folder / "sounds" / f"{name}.npz") for name in (LIBRARY, KIT))
    unseen = folder / "sounds" / f"{LIBRARY}-unseen.npy"
    together = StruckHits(
        tuple(hit for each in hits for hit in each.hits),
        joined_features([each.features for each in hits]),
    )
    data = TowerData(together, np.concatenate(materials), true_sounds, joined_rows([library, kit]))
    return Prepared(
        data, library, np.load(unseen) if unseen.is_file() else None, load_real(folder / f"{REAL}.npz")
    )


def joined_rows(parts: Sequence[SoundRows]) -> SoundRows:
    """Sounds one after the other."""
    return SoundRows(
        *(np.concatenate([getattr(part, field.name) for part in parts]) for field in fields(SoundRows))
    )


def trained(
    prepared: Prepared, recipe: TowerRecipe | None, config: TwoTowerConfig, by_hand: ByHand
) -> tuple[TwoTower, BlowShapes]:
    """Towers, weights and shapes; without a recipe the towers know the materials alone.

    The weights are fitted to the real hits and the recordings as models take them that learned from neither.
    """
    if recipe is None:
        config = replace(config, share=0.0)
        network = TwoTowerNet(config)
    else:
        network = trained_towers(prepared.data, recipe, config)
    shapes = mean_shapes(prepared.data.true_sounds)
    begun = fit_of_sounds(
        prepared.data.true_sounds, unlike_blows(prepared.data.true_sounds, shapes.means), by_hand
    )
    towers = TwoTower(network, begun, "")
    library = prepared.library
    if prepared.unseen is not None:
        library = library.with_materials(prepared.unseen)
    fit = fit_to_hits(towers, shapes, prepared.real.judged(towers), library)
    return TwoTower(network, fit, ""), shapes


def fit_to_hits(
    towers: TwoTower, shapes: BlowShapes, hits: JudgedHits, library: SoundRows, begun: SoundFit | None = None
) -> SoundFit:
    """The weights under which pairs of these hits and sounds belong together as likely as they do.

    Every source counts the same, and among a hit's pairs those that do belong as much as all that do not.
    """
    begun = begun or towers.fit
    cues = library.cues(towers.sound_vectors(_heard(library)), unlike_blows(library, shapes.means))
    parts, belongs, row = pairs(hits, library, cues, begun)
    begun = usual_shape(begun, parts, belongs)
    _, place = np.unique(hits.sources, return_inverse=True)
    counts = (1.0 / np.bincount(place)[place])[row]
    return fitted(begun, parts, belongs, counts)


def mean_shapes(true_sounds: SoundRows) -> BlowShapes:
    """The means of hits and of scratches, every material alike."""
    means = []
    for is_scratch in (False, True):
        of_materials = [
            true_sounds.shape[rows].astype(np.float32).mean(axis=0)
            for number in range(len(MATERIALS))
            if (rows := (true_sounds.is_scratch == is_scratch) & (true_sounds.material == number)).any()
        ]
        means.append(np.mean(of_materials, axis=0))
    return BlowShapes(np.stack(means).astype(np.float32))


def save_towers(
    folder: Path,
    towers: TwoTower,
    shapes: BlowShapes,
    prepared: Prepared,
    metrics: dict[str, float],
) -> None:
    """Write the checkpoint, its weights in half precision."""
    network = towers.network
    weights = {name: tensor.to(torch.float16) for name, tensor in network.state_dict().items()}
    learned_from = [hit.clip for hit in prepared.data.hits.hits] + list(prepared.data.sounds.names)
    description = ModelDescription(
        TWO_TOWER,
        {"network": to_plain(network.config), "fit": to_plain(towers.fit)},
        classes={"materials": MATERIALS},
        git_commit=git_commit(),
        data_sha256=digest(learned_from),
        metrics=metrics,
    )
    save_checkpoint(folder, weights, description, {SHAPES_FILE: shape_bytes(shapes)})


def features_of(whole: NDArray[np.float32], crop: NDArray[np.float32]) -> SightFeatures:
    """Features without posteriors, which the towers don't look at."""
    nothing = np.zeros((len(whole), 0), np.float32)
    return SightFeatures(whole, nothing, crop, nothing)


@dataclass(frozen=True, slots=True, eq=False)
class _Heard:
    vector: NDArray[np.float32]
    materials: NDArray[np.floating]


def _heard(rows: SoundRows) -> _Heard:
    return _Heard(rows.vector, rows.materials)
