"""How well the next sample is foretold: cross-entropies in nats per sample, of networks and of plain counts.

Conventions
-----------
A clip is heard from its beginning to its end, and every sample of it counts once. A picture's sound (64 ms at
the paper's clock) is *sounding* when its RMS is above `SOUNDING_DB`, else it is *silence*: with eight evenly
spaced bits most of that is one and the same level, and costs next to nothing.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor
from torch.nn import functional

from engine.features.loudness import level_db_of_power
from engine.features.quantisation import LEVELS, SILENCE, Quantisation, levels_as_samples
from engine.models.picture_sound import PictureSound, PictureSoundConfig
from engine.synthesis.sample_rnn.takes import HEARD_AGAIN
from training.sample_rnn.clips import SoundingClip
from training.sample_rnn.stretches import Stretches, part_of

SOUNDING_DB = -40.0

_CLIPS_AT_ONCE = 4
_PICTURES_AT_ONCE = 6

Levels = NDArray[np.uint8]
Costs = NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class CrossEntropy:
    """Mean costs in nats per sample; NaN where there is nothing of a kind.

    Attributes
    ----------
    nats
        Of all samples.
    sounding, silence
        Of those of each kind.
    sounding_share
        How many of all are sounding, 0..1.
    """

    nats: float
    sounding: float
    silence: float
    sounding_share: float


def network_costs(network: PictureSound, clips: Sequence[SoundingClip]) -> list[Costs]:
    """What a network thinks of each sample of each clip, its hits told as they were, (samples,) in nats."""
    costs: list[Costs] = []
    for start in range(0, len(clips), _CLIPS_AT_ONCE):
        costs += _costs_together(network, clips[start : start + _CLIPS_AT_ONCE])
    return costs


@torch.inference_mode()
def _costs_together(network: PictureSound, clips: Sequence[SoundingClip]) -> list[Costs]:
    config = network.config
    count = len(clips[0].levels) // config.samples_per_picture
    rng = np.random.default_rng(0)
    stretches = [Stretches([clip], config, count, is_anywhere=False).draw(0, rng) for clip in clips]
    batch = {name: torch.from_numpy(np.stack([each[name] for each in stretches])) for name in stretches[0]}
    window = config.window if config.is_told_at_start else count
    parts: list[Tensor] = []
    for start in range(0, count, window):
        end = min(count, start + window)
        motion = batch.get("motion")
        seen = None if motion is None else motion[:, start:end]
        states = network.first_states(batch["pictures"][:, start:end], seen)
        if start:
            # A window is foretold as it is made.
            states = network.hear(*part_of(batch, config, max(0, start - HEARD_AGAIN), start), states)
        for first in range(start, end, _PICTURES_AT_ONCE):
            heard, shown, told = part_of(batch, config, first, min(end, first + _PICTURES_AT_ONCE))
            odds, states = network(heard, shown, told, None, states)
            wanted = heard[:, config.rnn.context :]
            parts.append(functional.cross_entropy(odds.movedim(-1, 1), wanted, reduction="none"))
    return list(torch.cat(parts, dim=1).numpy())


def uniform_costs(clips: Iterable[Levels]) -> list[Costs]:
    """What one pays who knows nothing: every level is as likely."""
    return [np.full(len(levels), np.log(LEVELS), np.float32) for levels in clips]


class LevelCounts:
    """How often each level was heard; what one pays who knows that and nothing else."""

    def __init__(self, clips: Iterable[Levels]) -> None:
        counts = sum((np.bincount(levels, minlength=LEVELS) for levels in clips), np.zeros(LEVELS)) + 1.0
        self.shares = counts / counts.sum()

    def costs(self, clips: Iterable[Levels]) -> list[Costs]:
        """Of clips' samples."""
        nats = -np.log(self.shares).astype(np.float32)
        return [nats[levels] for levels in clips]


class FollowerCounts:
    """How often each level followed each other one; where little was heard, how often it was heard at all."""

    def __init__(self, clips: Sequence[Levels]) -> None:
        pairs = np.zeros((LEVELS, LEVELS))
        for levels in clips:
            np.add.at(pairs, (levels[:-1], levels[1:]), 1.0)
        smoothed = pairs + LEVELS * LevelCounts(clips).shares
        self.shares = smoothed / smoothed.sum(axis=1, keepdims=True)

    def costs(self, clips: Iterable[Levels]) -> list[Costs]:
        """Of clips' samples; silence stands before the first."""
        nats = -np.log(self.shares).astype(np.float32)
        return [nats[np.append(np.uint8(SILENCE), levels[:-1]), levels] for levels in clips]


def cross_entropy(
    costs: Sequence[Costs], clips: Sequence[Levels], config: PictureSoundConfig
) -> CrossEntropy:
    """The mean of the costs of clips' samples, and of the two kinds of them apart."""
    kinds = [is_sounding(levels, config.samples_per_picture, config.quantisation) for levels in clips]
    every, sounds = np.concatenate(costs).astype(np.float64), np.concatenate(kinds)
    return CrossEntropy(
        float(every.mean()),
        float(every[sounds].mean()) if sounds.any() else float("nan"),
        float(every[~sounds].mean()) if not sounds.all() else float("nan"),
        float(sounds.mean()),
    )


def is_sounding(levels: Levels, samples_per_picture: int, quantisation: Quantisation) -> NDArray[np.bool_]:
    """Which samples (samples,) are of a picture whose sound is above `SOUNDING_DB`."""
    samples = levels_as_samples(levels, quantisation).reshape(-1, samples_per_picture)
    powers = np.square(samples, dtype=np.float64).mean(axis=1)
    return np.repeat(level_db_of_power(powers) > SOUNDING_DB, samples_per_picture)


Counter = Callable[[Sequence[Levels]], list[Costs]]


def plain_counters(training: Sequence[Levels]) -> dict[str, Counter]:
    """What knows no picture, by name, learned from the training clips."""
    followers = FollowerCounts(training)
    return {
        "every level as likely": uniform_costs,
        "how often each level is heard": LevelCounts(training).costs,
        "how often it follows the one before": followers.costs,
    }
