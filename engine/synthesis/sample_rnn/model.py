"""Generators of soundtracks as the program uses them: their checkpoints, ready to make sound."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch

from engine.bundled import bundled_models_folder
from engine.features.hit_curves import SoundingHit
from engine.models.checkpoint import fill_weights, load_checkpoint
from engine.models.description import CheckpointError, ModelDescription, read_description
from engine.models.picture_sound import PICTURE_SOUND, PictureSound, PictureSoundConfig
from engine.models.plain_config import ConfigError, from_plain
from engine.synthesis.sample_rnn.folding import Floats, FoldedRnn, folded
from engine.synthesis.sample_rnn.generators import DEFAULT_NAME
from engine.synthesis.sample_rnn.sound_code import SoundCode


@dataclass(frozen=True, slots=True, eq=False)
class GeneratorModel:
    """A generator.

    Attributes
    ----------
    network
        As it was trained; what it makes of pictures is asked of it.
    weights
        Of its SampleRNN, folded.
    description
        From its checkpoint.
    version
        Changes whenever its weights do.
    """

    network: PictureSound
    weights: FoldedRnn
    description: ModelDescription
    version: str

    @property
    def config(self) -> PictureSoundConfig:
        """Of the network."""
        return self.network.config

    def code(self, hits: Sequence[SoundingHit]) -> SoundCode:
        """What its levels stand for in a film with these hits, in order of time."""
        decays_db = self.network.decays_db.numpy() if self.config.has_envelope else None
        return SoundCode(self.config, hits, decays_db)

    @torch.inference_mode()
    def rows(self, pictures: Floats, curves: Floats | None) -> Floats:
        """What the coarsest tier is told at each step, (pictures * steps per picture, rows).

        Parameters
        ----------
        pictures
            (pictures, features).
        curves
            (pictures * steps per picture, curves), for the variant “hits”.
        """
        steps = len(pictures) * self.config.steps_per_picture
        seen = self.network.seen(torch.from_numpy(pictures)[None])
        if seen is None:
            return self.weights.condition_rows(None, steps)
        shown = seen[0].numpy()
        weight = self.weights.condition
        # A picture is shown for many steps, and what is told of it is worked out once.
        told = shown @ weight[:, : shown.shape[1]].T + self.weights.condition_bias
        rows = np.repeat(told, self.config.steps_per_picture, axis=0)
        if curves is not None and self.config.variant == "hits":
            rows += curves @ weight[:, shown.shape[1] :].T
        return np.ascontiguousarray(rows, np.float32)

    @torch.inference_mode()
    def summary(self, pictures: Floats, motion: Floats | None = None) -> Floats | None:
        """All pictures of a window (pictures, features) in one (1, numbers); None where none is wanted."""
        told = None if motion is None else torch.from_numpy(motion)[None]
        summary = self.network.summary(torch.from_numpy(pictures)[None], told)
        return None if summary is None else summary.numpy()


def load_generator(folder: Path | None = None, *, is_exact: bool = False) -> GeneratorModel:
    """A generator from its checkpoint; the one that ships with the program when none is named.

    Parameters
    ----------
    is_exact
        Whether weights stay as exact as they are; else those that are multiplied most have eight bits.

    Raises
    ------
    CheckpointError
        When the checkpoint is missing, damaged, of another network or of another version of it.
    """
    checkpoint = load_checkpoint(folder or bundled_models_folder() / DEFAULT_NAME, PICTURE_SOUND)
    try:
        config = from_plain(PictureSoundConfig, checkpoint.description.config, complete=True)
    except ConfigError as error:
        raise CheckpointError(f"“{checkpoint.folder}” was made by another version: {error}") from error
    network = PictureSound(config)
    fill_weights(
        network,
        {name: weight.float() for name, weight in checkpoint.weights.items()},
        f"“{checkpoint.folder}”",
    )
    network.eval()
    version = read_description(checkpoint.folder)[1][:16]
    return GeneratorModel(
        network, folded(network.rnn, eight_bit=not is_exact), checkpoint.description, version
    )
