"""Stretches of clips as samples of a training, and parts of a batch of them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

import numpy as np
from torch import Tensor

from engine.features.hit_curves import SoundingHit, hit_curves
from engine.features.quantisation import SILENCE
from engine.models.picture_sound import PictureSoundConfig
from engine.project.materials import MATERIALS
from training.frame.task import Sample
from training.sample_rnn.clips import SoundingClip


class Stretches:
    """A stretch of `pictures` pictures per sample: anywhere in its clip to train on, else at fixed places.

    A sample has `samples` int64 (context + n,), `pictures` float32 (pictures, features), and for the variant
    “hits” `curves` float32 (steps, curves), for “flow” `motion` float32 (pictures, motion features).

    Parameters
    ----------
    clips
        To take them from.
    config
        Of the network.
    pictures
        Length of a stretch.
    unlabelled, unseen
        See `DataConfig.unlabelled_materials` and `unseen_pictures`; only where stretches lie anywhere.
    is_anywhere
        Whether a sample lies where chance says; else clips are covered from their beginning on.
    """

    def __init__(
        self,
        clips: Sequence[SoundingClip],
        config: PictureSoundConfig,
        pictures: int,
        *,
        unlabelled: float = 0.0,
        unseen: float = 0.0,
        is_anywhere: bool,
    ) -> None:
        self._clips, self._config, self._count = clips, config, pictures
        self._unlabelled, self._unseen, self._is_anywhere = unlabelled, unseen, is_anywhere
        self._places = [
            (number, start)
            for number, clip in enumerate(clips)
            for start in range(0, self._pictures_in(clip) - pictures + 1, pictures)
        ]

    def __len__(self) -> int:
        return len(self._places)

    def draw(self, index: int, rng: np.random.Generator) -> Sample:
        """See `training.frame.task.Samples`."""
        config = self._config
        number, first = self._places[index]
        clip = self._clips[number]
        hits = clip.hits
        if self._is_anywhere:
            first = int(rng.integers(0, self._pictures_in(clip) - self._count + 1))
            hits = tuple(_told(hit, self._unlabelled, rng) for hit in hits)
        start, context = first * config.samples_per_picture, config.rnn.context
        samples = np.full(context + self._count * config.samples_per_picture, SILENCE, np.int64)
        known = min(start, context)
        samples[context - known :] = clip.levels[start - known : start + len(samples) - context]
        looks = clip.looks[(first + np.arange(self._count)) // config.looks_every]
        if self._is_anywhere and rng.random() < self._unseen:
            looks = np.zeros_like(looks)
        sample: dict[str, np.ndarray] = {"samples": samples, "pictures": looks.astype(np.float32)}
        if config.variant == "hits":
            steps = self._count * config.steps_per_picture
            step_s = config.rnn.frame_sizes[0] / config.sample_rate
            curves = hit_curves(hits, start / config.sample_rate, steps, step_s)
            if clip.envelope is not None:
                begin = first * config.steps_per_picture
                curves = np.hstack((curves, clip.envelope[begin : begin + steps]))
            sample["curves"] = curves
        if config.variant == "flow":
            assert clip.motion is not None
            sample["motion"] = clip.motion[first : first + self._count].astype(np.float32)
        return sample

    def _pictures_in(self, clip: SoundingClip) -> int:
        return len(clip.levels) // self._config.samples_per_picture


def part_of(
    batch: Mapping[str, Tensor], config: PictureSoundConfig, start: int, end: int
) -> tuple[Tensor, Tensor, Tensor | None]:
    """Samples with what comes before them, pictures, and curves, of some pictures of stretches."""
    curves = batch.get("curves")
    if curves is not None:
        curves = curves[:, start * config.steps_per_picture : end * config.steps_per_picture]
    last = config.rnn.context + end * config.samples_per_picture
    return (
        batch["samples"][:, start * config.samples_per_picture : last],
        batch["pictures"][:, start:end],
        curves,
    )


def _told(hit: SoundingHit, unlabelled: float, rng: np.random.Generator) -> SoundingHit:
    """The hit as a detector might tell it: its material unknown, or only half sure."""
    draw = rng.random()
    if draw < unlabelled:
        return replace(hit, materials=(0.0,) * len(MATERIALS))
    if draw < 2 * unlabelled:
        others = rng.dirichlet(np.full(len(MATERIALS), 0.3))
        return replace(hit, materials=tuple(0.5 * np.array(hit.materials) + 0.5 * others))
    return hit
