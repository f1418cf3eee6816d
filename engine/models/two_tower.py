"""Two towers: pictures of hits and sounds become vectors of one space, near where the sound fits the picture.

The first 17 numbers of a vector are the roots of what is known of the material, so that their product is how
far the materials of picture and sound agree. The others are what the towers learned: which sound of a
material it is that goes with such a picture. They count less, by a share that is fixed, and so never
outweigh what is known of the material.

What a sound is of, the sound tower says itself: the model that listens was made for blows in a film's own
sound, and a library holds steps, drops and breaks as well.

Conventions
-----------
Vectors are float32 (n, 128) of length 1; their product is the cosine.

References
----------
Bhattacharyya: On a Measure of Divergence between Two Statistical Populations Defined by Their Probability
Distributions. 1943 (the product of the roots).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn
from torch.nn import functional

from engine.bundled import bundled_models_folder
from engine.models.checkpoint import fill_weights, load_checkpoint
from engine.models.description import DESCRIPTION_FILE, read_description
from engine.models.plain_config import from_plain
from engine.models.sound_fit import SoundFit, sound_fit_of
from engine.project.materials import MATERIALS

if TYPE_CHECKING:
    from engine.models.sight import SightFeatures

TWO_TOWER = "two-tower"
VECTOR_WIDTH = 128

Vectors = NDArray[np.float32]


class HeardSounds(Protocol):
    """What the sound tower needs of n sounds, as `sound_net.Heard` has it."""

    @property
    def vector(self) -> NDArray[np.float32]:
        """(n, d) what the sound model made of each; 0 for silence."""
        ...


@dataclass(frozen=True, slots=True)
class TwoTowerConfig:
    """Sizes of the network.

    Attributes
    ----------
    picture_width
        Of the vectors of a whole picture and of its crop.
    sound_width
        Of a sound's vector.
    hidden
        Between what a tower looks at and what it learned to say.
    share
        Length of the learned part; that of the material is 1.
    dropout
        While it learns.
    """

    picture_width: int = 1280
    sound_width: int = 128
    hidden: int = 48
    share: float = 0.5
    dropout: float = 0.3


class TwoTowerNet(nn.Module):
    """See the module."""

    def __init__(self, config: TwoTowerConfig) -> None:
        super().__init__()
        self.config = config
        self.picture = _Learned(2 * config.picture_width, config)
        self.sound = _Learned(config.sound_width, config)
        self.recorded = nn.Linear(config.sound_width, len(MATERIALS))

    def pictures(self, seen: Tensor, materials: Tensor) -> Tensor:
        """Vectors of pictures.

        Parameters
        ----------
        seen
            (n, 2560): of the whole and of the crop.
        materials
            (n, 17) probabilities.
        """
        return self._vectors(self.picture(seen), materials)

    def sounds(self, heard: Tensor) -> Tensor:
        """Vectors of sounds, from what a sound model made of them (n, d)."""
        return self._vectors(self.sound(heard), self.materials(heard).softmax(1))

    def materials(self, heard: Tensor) -> Tensor:
        """Scores (n, 17) of what sounds are of."""
        return self.recorded(self.sound.standardised(heard))

    def _vectors(self, learned: Tensor, materials: Tensor) -> Tensor:
        known = functional.normalize(materials.clamp(min=0).sqrt(), dim=1)
        return functional.normalize(torch.cat((known, self.config.share * learned), 1), dim=1)


class _Learned(nn.Module):
    """What a tower says beside the material: (n, 111) of length 1."""

    def __init__(self, width: int, config: TwoTowerConfig) -> None:
        super().__init__()
        self.mean: Tensor
        self.spread: Tensor
        self.register_buffer("mean", torch.zeros(width))
        self.register_buffer("spread", torch.ones(width))
        self.dropout = nn.Dropout(config.dropout)
        self.inward = nn.Linear(width, config.hidden)
        self.outward = nn.Linear(config.hidden, VECTOR_WIDTH - len(MATERIALS))

    def learn_scale(self, values: Tensor) -> None:
        """Take over mean and spread of what it will look at, (n, width)."""
        self.mean.copy_(values.mean(0))
        self.spread.copy_(values.std(0).clamp(min=1e-3))

    def standardised(self, values: Tensor) -> Tensor:
        """Without the mean, in units of the spread, nothing far off."""
        return ((values - self.mean) / self.spread).clamp(-4, 4)

    def forward(self, values: Tensor) -> Tensor:
        hidden = functional.gelu(self.inward(self.dropout(self.standardised(values))))
        return functional.normalize(self.outward(hidden), dim=1)


class TwoTower:
    """The two towers as the program uses them, on the CPU.

    Attributes
    ----------
    network
        With its weights.
    fit
        The weights of a sound's parts that were fitted with it.
    version
        Changes when the vectors do.
    """

    def __init__(self, network: TwoTowerNet, fit: SoundFit, version: str) -> None:
        self.network = network.eval()
        self.fit = fit
        self.version = version

    def picture_vectors(self, features: SightFeatures, materials: NDArray[np.floating]) -> Vectors:
        """Vectors of pictures.

        Parameters
        ----------
        features
            What n pictures show.
        materials
            (n, 17) what is struck in each, probabilities; what a person chose is 1.

        Returns
        -------
        float32 (n, 128) of length 1
        """
        seen = np.concatenate((features.whole, features.crop), axis=1)
        with torch.inference_mode():
            return self.network.pictures(_tensor(seen), _tensor(materials)).numpy()

    def sound_vectors(self, heard: HeardSounds) -> Vectors:
        """Vectors of sounds that were listened to: float32 (n, 128) of length 1."""
        with torch.inference_mode():
            return self.network.sounds(_tensor(heard.vector)).numpy()

    def sound_materials(self, heard: HeardSounds) -> Vectors:
        """What sounds of a library are of: float32 (n, 17) probabilities, sum 1; all alike for silence."""
        with torch.inference_mode():
            said = self.network.materials(_tensor(heard.vector)).softmax(1).numpy()
        is_silent = ~np.any(heard.vector != 0.0, axis=1, keepdims=True)
        return np.where(is_silent, np.float32(1 / len(MATERIALS)), said)


def load_two_tower(folder: Path | None = None) -> TwoTower:
    """The towers that ship with the program, or those of a checkpoint.

    Raises
    ------
    CheckpointError
        When the checkpoint is missing or damaged.
    ConfigError
        When its settings are not those of this network.
    """
    checkpoint = load_checkpoint(folder or bundled_models_folder() / TWO_TOWER, TWO_TOWER)
    config = from_plain(
        TwoTowerConfig, checkpoint.description.config.get("network", {}), complete=True, where="network"
    )
    network = TwoTowerNet(config)
    # On the disk they are half as exact, which saves half the space.
    weights: Mapping[str, Tensor] = {name: tensor.float() for name, tensor in checkpoint.weights.items()}
    fill_weights(network, weights, f"“{checkpoint.folder}”")
    return TwoTower(network, sound_fit_of(checkpoint.description), two_tower_version(checkpoint.folder))


def two_tower_version(folder: Path | None = None) -> str:
    """What tells one state of the towers from another, without loading them; "" where there are none."""
    folder = folder or bundled_models_folder() / TWO_TOWER
    if not (folder / DESCRIPTION_FILE).is_file():
        return ""
    return read_description(folder)[1][:16]


def _tensor(values: NDArray[np.floating]) -> Tensor:
    return torch.from_numpy(np.ascontiguousarray(values, np.float32))
