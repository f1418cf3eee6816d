"""What the towers learn beside the materials, from rendered hits and their true sounds.

A hit is to lie nearest its own sound, then those of the same thing, then sounds of its material and action.
With `contrast = "within"`, only sounds of the struck material are held against each other: which of them is
it? With "all", sounds of other materials are to be far as well. Among them are always the true sounds of
other hits of the same clip, which were heard in the same room: the towers can't tell by the room.

The materials that the towers begin from are made worse while they learn, as uncertain and as often wrong as
they are in real pictures; otherwise there would be nothing left to learn from rendered ones.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor
from torch.nn import functional

from engine.models.sight import SightFeatures
from engine.models.two_tower import TwoTowerConfig, TwoTowerNet
from training.fit.recorded import LabelledSounds, RecordedRecipe, learn_materials
from training.fit.sounds import SoundRows, joined_rows
from training.fit.struck import StruckHits

Contrast = Literal["within", "all"]


@dataclass(frozen=True, slots=True)
class TowerRecipe:
    """How the towers learn.

    Attributes
    ----------
    contrast
        What a hit's sounds are held against.
    steps, hits, more_sounds
        Steps, and per step so many hits with their true sounds, and sounds beside those, of all materials
        alike.
    learning_rate, weight_decay
        Of AdamW; the rate falls to 0 along a cosine.
    temperature
        A cosine counts as evidence divided by it.
    same_thing, same_action, same_material
        How near a sound is to lie that is not the hit's own, the own one being 1.
    wrong_share
        In so many hits the material is taken for another.
    recorded
        How the sound tower learns what recordings are of.
    """

    contrast: Contrast = "within"
    steps: int = 150
    hits: int = 192
    more_sounds: int = 192
    learning_rate: float = 2e-3
    weight_decay: float = 0.05
    temperature: float = 0.1
    same_thing: float = 0.7
    same_action: float = 0.35
    same_material: float = 0.15
    wrong_share: float = 0.4
    recorded: RecordedRecipe = field(default_factory=RecordedRecipe)


@dataclass(frozen=True, slots=True, eq=False)
class TowerData:
    """What they learn from.

    Attributes
    ----------
    hits
        Rendered hits.
    materials
        (n, 17) what the picture model takes each for.
    true_sounds
        A row for each hit.
    recordings, kit
        More sounds.
    """

    hits: StruckHits
    materials: NDArray[np.float32]
    true_sounds: SoundRows
    recordings: SoundRows
    kit: SoundRows

    @property
    def sounds(self) -> SoundRows:
        """Recordings and the kit's, one after the other."""
        return joined_rows([self.recordings, self.kit])

    @property
    def labelled(self) -> LabelledSounds:
        """All sounds with their materials."""
        return LabelledSounds(self.recordings, self.kit, self.true_sounds)


def trained_towers(
    data: TowerData, recipe: TowerRecipe, config: TwoTowerConfig, seed: int = 0
) -> TwoTowerNet:
    """Towers that have learned."""
    torch.manual_seed(seed)
    rng = np.random.default_rng(seed)
    network = begun_towers(data, recipe, config)
    more_sounds = data.sounds
    seen = torch.from_numpy(seen_vectors(data.hits.features))
    heard_true, heard_more = (torch.from_numpy(rows.vector) for rows in (data.true_sounds, more_sounds))
    optimiser = torch.optim.AdamW(
        network.parameters(), lr=recipe.learning_rate, weight_decay=recipe.weight_decay
    )
    falling = torch.optim.lr_scheduler.CosineAnnealingLR(optimiser, recipe.steps)
    of_hit, of_sound = _balanced(data.hits.materials), _balanced(more_sounds.material)
    network.train()
    for _ in range(recipe.steps):
        hits = rng.choice(len(of_hit), min(recipe.hits, len(of_hit)), replace=False, p=of_hit)
        more = rng.choice(len(of_sound), min(recipe.more_sounds, len(of_sound)), replace=False, p=of_sound)
        pictures = network.pictures(seen[hits], _worse(data.materials[hits], recipe.wrong_share, rng))
        sounds = network.sounds(torch.cat((heard_true[hits], heard_more[more])))
        wanted = torch.from_numpy(_nearness(data.true_sounds.rows(hits), more_sounds.rows(more), recipe))
        evidence = pictures @ sounds.T / recipe.temperature
        if recipe.contrast == "within":
            evidence = evidence.masked_fill(wanted == 0, -1e4)
        loss = _contrast(evidence, wanted)
        optimiser.zero_grad()
        loss.backward()
        optimiser.step()
        falling.step()
    return network.eval()


def begun_towers(data: TowerData, recipe: TowerRecipe, config: TwoTowerConfig) -> TwoTowerNet:
    """Towers that know what recordings are of, and nothing beside the materials yet."""
    network = TwoTowerNet(config)
    network.picture.learn_scale(torch.from_numpy(seen_vectors(data.hits.features)))
    everything = [data.true_sounds.vector, data.recordings.vector, data.kit.vector]
    network.sound.learn_scale(torch.from_numpy(np.concatenate(everything)))
    learn_materials(network, data.labelled, recipe.recorded)
    network.recorded.requires_grad_(requires_grad=False)
    return network.eval()


def seen_vectors(features: SightFeatures) -> NDArray[np.float32]:
    """(n, 2560) what the picture tower looks at."""
    return np.concatenate((features.whole, features.crop), axis=1)


def _contrast(evidence: Tensor, wanted: Tensor) -> Tensor:
    """Cross entropy from pictures to sounds and, for sounds that belong to any, back."""
    to_sounds = -(wanted / wanted.sum(1, keepdim=True) * functional.log_softmax(evidence, 1)).sum(1).mean()
    back = wanted.T[wanted.sum(0) > 0]
    evidence_back = evidence.T[wanted.sum(0) > 0]
    to_pictures = -(back / back.sum(1, keepdim=True) * functional.log_softmax(evidence_back, 1)).sum(1).mean()
    return to_sounds + to_pictures


def _nearness(own: SoundRows, more: SoundRows, recipe: TowerRecipe) -> NDArray[np.float32]:
    """(hits, hits + more) how near each hit's own sound, and more sounds, are to lie to it."""
    material = np.concatenate((own.material, more.material))
    is_scratch = np.concatenate((own.is_scratch, more.is_scratch))
    makers = np.concatenate((own.makers, more.makers))
    same_material = own.material[:, None] == material[None]
    same_action = same_material & (own.is_scratch[:, None] == is_scratch[None])
    same_thing = same_action & (own.makers[:, None] == makers[None])
    wanted = np.where(same_material, recipe.same_material, 0.0)
    wanted = np.where(same_action, recipe.same_action, wanted)
    wanted = np.where(same_thing, recipe.same_thing, wanted)
    np.fill_diagonal(wanted, 1.0)
    return wanted.astype(np.float32)


def _worse(materials: NDArray[np.floating], wrong_share: float, rng: np.random.Generator) -> Tensor:
    """Probabilities (n, 17) that are less sure, and for some about another material."""
    count = len(materials)
    others = materials[rng.permutation(count)]
    is_wrong = rng.random((count, 1)) < wrong_share
    share = rng.uniform(0.3, 0.9, (count, 1)) * is_wrong
    softer = np.maximum(materials, 1e-3) ** rng.uniform(0.4, 1.0, (count, 1))
    mixed = softer / softer.sum(1, keepdims=True) * (1 - share) + others * share
    return torch.from_numpy((mixed / mixed.sum(1, keepdims=True)).astype(np.float32))


def _balanced(material: NDArray[np.intp]) -> NDArray[np.float64]:
    """Chances with which each of n is drawn, so that all materials are drawn alike."""
    counts = np.bincount(material)
    chances = 1.0 / counts[material]
    return chances / chances.sum()
