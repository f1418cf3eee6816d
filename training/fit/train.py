"""One run: the towers, the mean shapes of blows, the weights of the parts, and what came of it."""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray

from engine.errors import UserFacingError
from engine.models.blow_shape import SHAPES_FILE, BlowShapes, shape_bytes
from engine.models.checkpoint import save_checkpoint
from engine.models.description import ModelDescription
from engine.models.plain_config import to_plain
from engine.models.sight import joined_features
from engine.models.sound_fit import SoundCues, SoundFit, fit_log_odds
from engine.models.two_tower import TWO_TOWER, TwoTower, TwoTowerConfig
from engine.project.materials import MATERIALS
from training.fit.judged import NEAR, JudgedHits, pairs, unlike_blows
from training.fit.real import RealHits, load_real
from training.fit.recorded import unseen_materials
from training.fit.sounds import SoundRows, joined_rows, load_sounds
from training.fit.struck import StruckHits, load_hits
from training.fit.towers import TowerData, TowerRecipe, trained_towers
from training.fit.weights import ByHand, fit_of_sounds, fitted, true_where_shown, usual_shape
from training.frame.provenance import digest, git_commit

PICTURES, SOUNDS, ENDING, REAL = "pictures", "sounds", "-materials.npy", "real.npz"
LIBRARY, KIT = "library", "kit"


@dataclass(frozen=True, slots=True, eq=False)
class Prepared:
    """What `prepare` made.

    Attributes
    ----------
    data
        Rendered hits with their true sounds, what the picture model takes them for, and more sounds.
    real
        Real hits.
    """

    data: TowerData
    real: RealHits


def load_prepared(folder: Path) -> Prepared:
    """What was prepared in a folder.

    Raises
    ------
    UserFacingError
        When nothing was.
    """
    names = sorted(path.name.removesuffix(ENDING) for path in (folder / PICTURES).glob(f"*{ENDING}"))
    if not names:
        raise UserFacingError(
            f"Nothing was prepared in “{folder}”. Do it with `python -m training.fit prepare`."
        )
    hits = [load_hits(folder / PICTURES / f"{name}.npz") for name in names]
    materials = [np.load(folder / PICTURES / f"{name}{ENDING}") for name in names]
    true_sounds = joined_rows([load_sounds(folder / SOUNDS / f"{name}.npz") for name in names])
    library, kit = (load_sounds(folder / SOUNDS / f"{name}.npz") for name in (LIBRARY, KIT))
    together = StruckHits(
        tuple(hit for each in hits for hit in each.hits),
        joined_features([each.features for each in hits]),
    )
    data = TowerData(together, np.concatenate(materials), true_sounds, library, kit)
    return Prepared(data, load_real(folder / REAL))


def trained(
    prepared: Prepared, recipe: TowerRecipe, config: TwoTowerConfig, by_hand: ByHand
) -> tuple[TwoTower, BlowShapes]:
    """Towers with their weights, and shapes; without steps the towers know the materials alone.

    The weights are fitted to the real hits and the recordings as models take them that learned from neither.
    """
    data = prepared.data
    network = trained_towers(data, recipe, config)
    shapes = mean_shapes(data.true_sounds)
    begun = begun_fit(data, shapes, by_hand)
    towers = TwoTower(network, begun, "")
    everywhere = np.arange(len(prepared.real))
    fit = fit_to_hits(
        begun,
        prepared.real.judged(towers),
        data.recordings,
        unseen_cues(towers, shapes, data, recipe),
        everywhere,
    )
    return TwoTower(network, fit, ""), shapes


def begun_fit(data: TowerData, shapes: BlowShapes, by_hand: ByHand) -> SoundFit:
    """What rendered sounds tell and what is chosen by hand, before anything is fitted to hits."""
    return fit_of_sounds(data.true_sounds, unlike_blows(data.true_sounds, shapes.means), by_hand)


def fit_to_hits(
    begun: SoundFit, hits: JudgedHits, library: SoundRows, cues: SoundCues, which: NDArray[np.intp]
) -> SoundFit:
    """The weights under which pairs of some of these hits with sounds belong together as likely as they do.

    Every source counts the same.
    """
    some = hits.rows(which)
    # While the weight of the picture is sought, it counts.
    begun = replace(begun, with_picture=replace(begun.with_picture, picture=1.0))
    parts, belongs, row = pairs(some, library, cues, begun)
    begun = usual_shape(begun, parts, belongs)
    _, place = np.unique(some.sources, return_inverse=True)
    counts = (1.0 / np.bincount(place)[place])[row]
    fit = fitted(begun, parts, belongs, counts)
    odds = fit_log_odds(parts, fit).reshape(len(some), len(library))
    is_shown = (odds >= -np.sort(-odds, axis=1)[:, [NEAR - 1]]).ravel()
    return true_where_shown(fit, parts, belongs, counts, is_shown)


def seen_cues(towers: TwoTower, shapes: BlowShapes, rows: SoundRows) -> SoundCues:
    """What the program knows of sounds, whether it learned from them or not."""
    heard = _Heard(rows.vector)
    known = rows.with_materials(towers.sound_materials(heard))
    return known.cues(towers.sound_vectors(heard), unlike_blows(rows, shapes.means))


def unseen_cues(towers: TwoTower, shapes: BlowShapes, data: TowerData, recipe: TowerRecipe) -> SoundCues:
    """What it would know of the recordings if it had not learned from their makers."""
    materials = unseen_materials(towers.network, data.labelled, recipe.recorded)
    known = data.recordings.with_materials(materials)
    return known.cues(
        with_known(towers.sound_vectors(_Heard(known.vector)), materials),
        unlike_blows(known, shapes.means),
    )


def with_known(vectors: NDArray[np.float32], materials: NDArray[np.floating]) -> NDArray[np.float32]:
    """Vectors (n, 128) with other materials (n, 17) in their first numbers."""
    known = np.sqrt(materials)
    length = np.linalg.norm(vectors[:, : len(MATERIALS)], axis=1, keepdims=True)
    return np.concatenate((known * length, vectors[:, len(MATERIALS) :]), axis=1).astype(np.float32)


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


@dataclass(frozen=True, slots=True, eq=False)
class _Heard:
    vector: NDArray[np.float32]
