"""Generators that nobody trained, small enough to make seconds of sound in no time."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import torch

from engine.models.checkpoint import save_checkpoint
from engine.models.description import ModelDescription
from engine.models.picture_sound import PICTURE_SOUND, PictureSound, PictureSoundConfig
from engine.models.plain_config import to_plain
from engine.models.sample_rnn import SampleRnnConfig


def save_tiny_generator(folder: Path, variant: str = "hits", **settings: Any) -> Path:
    """A checkpoint with weights of chance, of sound at 4 kHz unless the settings say something else."""
    torch.manual_seed(0)
    rnn = SampleRnnConfig(width=16, embedding=8)
    usual: dict[str, Any] = {
        "variant": variant, "sample_rate": 4000, "samples_per_picture": 256, "looks_every": 8, "encoder": 16,
        "window": 20, "quantisation": "mu-law", "rnn": rnn,
        "look": 0 if variant in ("sequence", "flow") else 4,
    }  # fmt: skip
    config = PictureSoundConfig(**{**usual, **settings})
    network = PictureSound(config)
    description = ModelDescription(PICTURE_SOUND, to_plain(config), metrics={"nats": 3.5})
    save_checkpoint(folder, network.state_dict(), description)
    return folder
