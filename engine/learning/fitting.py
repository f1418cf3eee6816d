"""Learning: how the networks join what they saw and follow it over time, held near to what they were.

Samples are windows as in the first training, varied; their frozen part is computed once (`watching`). The
weights are pulled back to those they began with, so that a few examples move them a little and many more. The
level curve is held to what it was where no sound says better.

References
----------
Li, Grandvalet, Davoine: Explicit Inductive Bias for Transfer Learning with Convolutional Networks. ICML 2018
(the pull to the first weights, L2-SP).
"""

from __future__ import annotations

import copy
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
import torch
from torch import Tensor

from engine.job import Job
from engine.learning.loss import LossConfig, contact_loss
from engine.learning.targets import TargetConfig
from engine.learning.watching import Seen, networks_of, see
from engine.learning.windows import LearningShot, VariationConfig, Windows
from engine.models.hit_net import HitNet
from engine.models.motion_net import MotionNet
from engine.models.picture_net import PictureNet

Network = MotionNet | PictureNet

_SEEN_ONLY = ("grids", "pictures", "backdrop")


@dataclass(frozen=True, slots=True)
class FittingConfig:
    """How much is learned, and how far from what there was.

    Attributes
    ----------
    seed
        Of everything random.
    window
        Pictures in a window.
    times_varied
        How often each stretch of that length is varied.
    least_windows, most_windows
        How many windows there are at least and at most, whatever the length of all.
    steps, batch_size, learning_rate
        Of the learning; the rate falls to 0 along half a cosine.
    pull
        Half the sum of squares of how far the weights are from the first ones is multiplied by it and added
        to the loss.
    clip_norm
        Longer gradients are shortened to this length.
    """

    seed: int = 0
    window: int = 96
    times_varied: int = 6
    least_windows: int = 48
    most_windows: int = 320
    steps: int = 80
    batch_size: int = 16
    learning_rate: float = 2e-3
    pull: float = 0.1
    clip_norm: float = 1.0
    targets: TargetConfig = field(default_factory=TargetConfig)
    loss: LossConfig = field(default_factory=LossConfig)
    variations: VariationConfig = field(default_factory=VariationConfig)


@dataclass(frozen=True, slots=True, eq=False)
class SeenWindow:
    """A varied window.

    Attributes
    ----------
    part
        Which part of the examples it is of.
    seen
        What each network saw.
    wanted
        What they should say and how much that counts, each (pictures,); see `Windows.draw`.
    """

    part: int
    seen: Seen
    wanted: Mapping[str, Tensor]


def seen_windows(
    network: HitNet, shots: Sequence[tuple[int, LearningShot]], config: FittingConfig, job: Job
) -> list[SeenWindow]:
    """Windows of shots, given with the number of their part, each varied several times."""
    rng = np.random.default_rng(config.seed)
    sources: list[tuple[int, Windows, int]] = []
    for part, shot in shots:
        windows = Windows([shot], config.window, config.targets, config.variations)
        sources += [(part, windows, number) for number in range(len(windows))]
    count = min(max(config.times_varied * len(sources), config.least_windows), config.most_windows)
    found: list[SeenWindow] = []
    # Every stretch as often as any other; which ones come once more is drawn by lot.
    order = np.concatenate([rng.permutation(len(sources)) for _ in range(-(-count // len(sources)))])[:count]
    for number, index in enumerate(order):
        job.progress(number / count, f"Looking at the examples, {number + 1} of {count}")
        part, windows, start = sources[index]
        drawn = windows.draw(start, rng)
        seen = see(network, drawn["grids"], drawn["pictures"], drawn["backdrop"], job)
        wanted = {name: torch.from_numpy(row) for name, row in drawn.items() if name not in _SEEN_ONLY}
        found.append(SeenWindow(part, seen, wanted))
    return found


def fitted(network: HitNet, windows: Sequence[SeenWindow], config: FittingConfig, job: Job) -> list[Network]:
    """The networks, in evaluation mode, after they learned from these windows; the first are untouched."""
    networks = networks_of(network)
    learned: list[Network] = []
    for index, before in enumerate(networks):
        share = job.part(index / len(networks), (index + 1) / len(networks))
        learned.append(_fitted(before, index, windows, config, share))
    return learned


def _fitted(
    before: Network, index: int, windows: Sequence[SeenWindow], config: FittingConfig, job: Job
) -> Network:
    network = copy.deepcopy(before).eval()
    followed = [*network.join.parameters(), *network.over_time.parameters()]
    first = [parameter.detach().clone() for parameter in followed]
    for parameter in network.parameters():
        parameter.requires_grad_(False)
    for parameter in followed:
        parameter.requires_grad_(True)
    optimiser = torch.optim.Adam(followed, lr=config.learning_rate, betas=(0.9, 0.99))
    rng = np.random.default_rng(config.seed + index)
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(config.seed + index)
        # Dropout as in the first training; the norms of the frozen layers stay as they are.
        network.over_time.train()
        for step in range(config.steps):
            job.progress(step / config.steps, "Learning")
            chosen = rng.integers(0, len(windows), config.batch_size)
            seen = torch.stack([windows[number].seen[index] for number in chosen])
            wanted = {
                name: torch.stack([windows[number].wanted[name] for number in chosen])
                for name in windows[0].wanted
            }
            for group in optimiser.param_groups:
                group["lr"] = config.learning_rate * 0.5 * (1 + np.cos(np.pi * step / config.steps))
            optimiser.zero_grad(set_to_none=True)
            contact_loss(network.said(seen), wanted, config.loss)["loss"].backward()
            # The pull has the same gradient as half the sum of squares, without a graph of its own.
            for parameter, begun in zip(followed, first, strict=True):
                assert parameter.grad is not None
                parameter.grad.add_(parameter.detach() - begun, alpha=config.pull)
            torch.nn.utils.clip_grad_norm_(followed, config.clip_norm)
            optimiser.step()
    return network.eval()
