"""The robust loss on sound features, and its variant that forgives sounds that come a little early or late.

References
----------
Owens, Isola, McDermott, Torralba, Adelson, Freeman: Visually Indicated Sounds. CVPR 2016, section 5 and
appendix.
"""

from __future__ import annotations

from dataclasses import dataclass

import torch
from torch import Tensor


@dataclass(frozen=True, slots=True)
class SoundLossConfig:
    """What is made small.

    Attributes
    ----------
    epsilon
        Errors much below its root count hardly less than none; the paper's is 1 / 25².
    reach
        Frames by which the true sound may be taken earlier or later; 0 for the plain loss.
    step_cost
        What it costs to change that by one frame.
    """

    epsilon: float = 1 / 25**2
    reach: int = 0
    step_cost: float = 1.0

    def __post_init__(self) -> None:
        if self.epsilon <= 0:
            raise ValueError(f"epsilon is {self.epsilon:g}, it must be above 0")
        if self.reach < 0 or self.step_cost < 0:
            raise ValueError("reach and step_cost must not be below 0")


def robust_loss(said: Tensor, true: Tensor, epsilon: float) -> Tensor:
    """log(epsilon + squared distance) of coefficients (batch, frames, n): (batch, frames)."""
    return torch.log(epsilon + (said - true).square().sum(-1))


def sound_loss(said: Tensor, true: Tensor, config: SoundLossConfig) -> Tensor:
    """Mean loss of a batch, a single number."""
    if not config.reach:
        return robust_loss(said, true, config.epsilon).mean()
    costs = torch.stack(
        [robust_loss(said, late, config.epsilon) for late in _shifted(true, config.reach)], -1
    )
    with torch.no_grad():
        path = cheapest_path(costs, config.step_cost)
    return costs.gather(-1, path[..., None]).mean()


def cheapest_path(costs: Tensor, step_cost: float) -> Tensor:
    """The most likely states of a hidden Markov model whose states are shifts (Viterbi).

    Parameters
    ----------
    costs
        (batch, frames, states).
    step_cost
        Of going from one state to its neighbour; twice that for two states further, and so on.

    Returns
    -------
    int64 (batch, frames), the state at each frame.
    """
    batch, frames, states = costs.shape
    number = torch.arange(states, device=costs.device)
    going = step_cost * (number[:, None] - number[None, :]).abs().to(costs.dtype)
    total = costs[:, 0]
    came_from: list[Tensor] = []
    for frame in range(1, frames):
        # From each state (columns) to each state (rows).
        best, source = (total[:, None, :] + going).min(2)
        came_from.append(source)
        total = best + costs[:, frame]
    path = torch.empty(batch, frames, dtype=torch.int64, device=costs.device)
    path[:, -1] = total.argmin(1)
    for frame in range(frames - 1, 0, -1):
        path[:, frame - 1] = came_from[frame - 1].gather(1, path[:, frame, None])[:, 0]
    return path


def _shifted(true: Tensor, reach: int) -> list[Tensor]:
    """The true sound from `reach` frames early to as many late; its ends stay."""
    frames = true.shape[1]
    here = torch.arange(frames, device=true.device)
    return [true[:, (here - shift).clamp(0, frames - 1)] for shift in range(-reach, reach + 1)]
