"""The network that hears what is struck: material, and hit or scratch, from the sound of one impact.

A small convolutional network looks at the pictures of `engine.features.impact_picture`. It was trained on
rendered sounds and recordings (`training/heard`), every material alike, so its probabilities are those of a
world in which all 17 are equally common; where some are known to be rarer, multiply by how common they are.

Conventions
-----------
Materials are in the order of `MATERIALS`. Owens' sets of hard and soft materials leave out paper, water and
dirt.

References
----------
Owens, Isola, McDermott, Torralba, Adelson, Freeman: Visually Indicated Sounds. CVPR 2016.
Guo, Pleiss, Sun, Weinberger: On Calibration of Modern Neural Networks. ICML 2017 (the temperature).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn
from torch.nn import functional

from engine.bundled import bundled_models_folder
from engine.features.impact_picture import FLOOR_DB, PICTURES, impact_picture, is_silent
from engine.models.checkpoint import fill_weights, load_checkpoint
from engine.models.description import DESCRIPTION_FILE, read_description
from engine.models.plain_config import from_plain
from engine.project.materials import ACTIONS, MATERIALS, RIGID_MATERIALS, SOFT_MATERIALS

SOUND_NET = "sound-net"

_TOGETHER = 64


@dataclass(frozen=True, slots=True)
class SoundNetConfig:
    """Sizes and calibration of the network.

    Attributes
    ----------
    widths
        Channels of the four convolutions, each of which halves the picture.
    vector
        Numbers in a sound's vector.
    dropout
        While it learns.
    temperature
        What material scores are divided by, so that probabilities are as high as they are right.
    """

    widths: tuple[int, int, int, int] = (24, 40, 64, 96)
    vector: int = 128
    dropout: float = 0.3
    temperature: float = 1.0


@dataclass(frozen=True, slots=True, eq=False)
class Heard:
    """What was heard in n sounds.

    Attributes
    ----------
    vector
        (n, d) float32: what a sound is like, for other networks. 0 for silence.
    materials
        (n, 17) float32, probabilities, sum 1. All alike for silence.
    hard
        (n,) float32: how likely a hard material is, given that it is hard or soft.
    scratch
        (n,) float32: how likely it is a scratch rather than a hit.
    """

    vector: NDArray[np.float32]
    materials: NDArray[np.float32]
    hard: NDArray[np.float32]
    scratch: NDArray[np.float32]


class SoundNet(nn.Module):
    """See the module."""

    def __init__(self, config: SoundNetConfig) -> None:
        super().__init__()
        self.config = config
        layers: list[nn.Module] = []
        before = PICTURES
        for number, width in enumerate(config.widths):
            size = 5 if number == 0 else 3
            layers += [
                nn.Conv2d(before, width, size, stride=2, padding=size // 2, bias=False),
                nn.BatchNorm2d(width),
                nn.ReLU(inplace=True),
            ]
            before = width
        self.layers = nn.Sequential(*layers)
        # Where in the spectrum something sounds says a lot, so bands stay apart; when is summed up.
        self.vector = nn.Linear(2 * before * 4, config.vector)
        self.dropout = nn.Dropout(config.dropout)
        self.materials = nn.Linear(config.vector, len(MATERIALS))
        self.actions = nn.Linear(config.vector, len(ACTIONS))

    def forward(self, pictures: Tensor) -> tuple[Tensor, Tensor, Tensor]:
        """What pictures of sounds say.

        Parameters
        ----------
        pictures
            (n, 3, 64, 96) float32 in dB.

        Returns
        -------
        tuple
            Vectors (n, d), scores of materials (n, 17) and of actions (n, 2).
        """
        seen = self.layers(_scaled(pictures))
        over_time = torch.cat((seen.mean(3), seen.amax(3)), dim=1).flatten(1)
        vectors = functional.relu(self.vector(self.dropout(over_time)))
        kept = self.dropout(vectors)
        return vectors, self.materials(kept), self.actions(kept)


class SoundModel:
    """The network as the program uses it, on the CPU.

    Parameters
    ----------
    network
        With its weights.
    version
        Changes when what is heard does.
    """

    def __init__(self, network: SoundNet, version: str) -> None:
        self._network = network.eval()
        self.version = version

    @property
    def vector_width(self) -> int:
        """Numbers in a vector."""
        return self._network.config.vector

    def hear(
        self,
        sounds: Sequence[NDArray[np.floating]],
        sample_rate: int,
        onsets_s: Sequence[float] | None = None,
    ) -> Heard:
        """Listen to sounds.

        Parameters
        ----------
        sounds
            Mono float (n,) each, of any length, also none; what is not finite counts as silence. Of a long
            one only the second around its impact is heard.
        sample_rate
            In Hz, of all.
        onsets_s
            When in each sound the impact is; None looks for it.
        """
        starts: Sequence[float | None] = [None] * len(sounds) if onsets_s is None else onsets_s
        pictures = [
            impact_picture(sound, sample_rate, start) for sound, start in zip(sounds, starts, strict=True)
        ]
        return self.heard_in(np.stack(pictures) if pictures else np.zeros((0, PICTURES, 64, 96), np.float32))

    def heard_in(self, pictures: NDArray[np.float32]) -> Heard:
        """What is heard in pictures of sounds, float32 (n, 3, 64, 96)."""
        config = self._network.config
        vectors = np.zeros((len(pictures), config.vector), np.float32)
        materials = np.full((len(pictures), len(MATERIALS)), 1 / len(MATERIALS), np.float32)
        scratch = np.full(len(pictures), 0.5, np.float32)
        sounding = np.flatnonzero([not is_silent(picture) for picture in pictures])
        for first in range(0, len(sounding), _TOGETHER):
            rows = sounding[first : first + _TOGETHER]
            with torch.inference_mode():
                some, said, actions = self._network(torch.from_numpy(pictures[rows]))
            vectors[rows] = some.numpy()
            materials[rows] = (said / config.temperature).softmax(1).numpy()
            scratch[rows] = actions.softmax(1)[:, ACTIONS.index("scratch")].numpy()
        return Heard(vectors, materials, hard_of(materials), scratch)


def hard_of(materials: NDArray[np.floating]) -> NDArray[np.float32]:
    """How likely each row of material probabilities (n, 17) is of Owens' hard ones, if hard or soft: (n,)."""
    hard = materials[:, [MATERIALS.index(name) for name in RIGID_MATERIALS]].sum(axis=1)
    soft = materials[:, [MATERIALS.index(name) for name in SOFT_MATERIALS]].sum(axis=1)
    return np.asarray(hard / np.maximum(hard + soft, 1e-9), np.float32)


def load_sound_model(folder: Path | None = None) -> SoundModel:
    """The network that ships with the program, or that of a checkpoint.

    Raises
    ------
    CheckpointError
        When the checkpoint is missing or damaged.
    ConfigError
        When its settings are not those of this network.
    """
    checkpoint = load_checkpoint(folder or bundled_models_folder() / SOUND_NET, SOUND_NET)
    config = from_plain(
        SoundNetConfig, checkpoint.description.config.get("network", {}), complete=True, where="network"
    )
    network = SoundNet(config)
    # On the disk they are half as exact, which saves half the space.
    whole: Mapping[str, Tensor] = {
        name: tensor.float() if tensor.is_floating_point() else tensor
        for name, tensor in checkpoint.weights.items()
    }
    fill_weights(network, whole, f"“{checkpoint.folder}”")
    return SoundModel(network, sound_net_version(checkpoint.folder))


def sound_net_version(folder: Path | None = None) -> str:
    """What tells one state of the network from another, without loading it; "" where there is none."""
    folder = folder or bundled_models_folder() / SOUND_NET
    if not (folder / DESCRIPTION_FILE).is_file():
        return ""
    return read_description(folder)[1][:16]


def _scaled(pictures: Tensor) -> Tensor:
    """Levels to about -1..1, what stands out to about 0..2."""
    levels = pictures[:, :2] / (-FLOOR_DB / 2) + 1
    return torch.cat((levels, pictures[:, 2:] / 6), dim=1)
