"""The network itself, step by step, as torch runs it: what the folded loops are measured against."""

from __future__ import annotations

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor
from torch.nn.utils import parametrize

from engine.models.sample_rnn import INPUT_REACH, LastNetwork, SampleRnn, States


@torch.no_grad()
@parametrize.cached()
def make_plainly(
    network: SampleRnn,
    states: States,
    past: Tensor,
    uniforms: Tensor,
    condition: Tensor | None = None,
    temperature: float = 1.0,
) -> tuple[Tensor, States]:
    """Samples one after the other, each drawn from the network's odds by one number of 0..1.

    Weights in their normal form are worked out once.

    Parameters
    ----------
    network
        On any device, and everything else with it.
    states
        Where the sound before has left the tiers.
    past
        (streams, context) int64: the samples just before.
    uniforms
        (streams, n); n is a multiple of the coarsest frame.
    condition
        (streams, n / coarsest frame, condition).

    Returns
    -------
    tuple
        The samples (streams, n) int64, and the states after them.
    """
    config = network.config
    context, levels = config.context, config.levels
    length = uniforms.shape[1]
    samples = torch.cat((past, past.new_zeros(uniforms.shape)), 1)
    now = list(states)
    said: list[Tensor] = []
    for number in range(length):
        place = context + number
        for order, tier in enumerate(network.each_tier()):
            if number % config.frame_sizes[order]:
                continue
            frame = samples[:, place - config.frame_sizes[order] : place]
            values = (frame.float() * (2.0 / (levels - 1)) - 1.0) * INPUT_REACH
            if order == 0:
                step = number // config.frame_sizes[0]
                above = None if condition is None else condition[:, step : step + 1]
            else:
                part = number // config.frame_sizes[order] % config.ratios[order - 1]
                above = said[order - 1][:, part : part + 1]
            out, now[order] = tier(values[:, None], now[order], above)
            said[order:] = [out]
        part = number % config.ratios[-1]
        odds = _next_odds(network.last, samples[:, place - config.taps : place], said[-1][:, part])
        shares = torch.softmax(odds.double() / temperature, -1).cumsum(-1)
        drawn = (shares <= uniforms[:, number, None] * shares[:, -1:]).sum(-1)
        samples[:, place] = drawn.clamp_(max=levels - 1)
    return samples[:, context:], tuple(now)


def _next_odds(last: LastNetwork, taps: Tensor, said: Tensor) -> Tensor:
    """Of the sample after the taps (streams, taps), layer by layer; log odds (streams, levels)."""
    seen = last.first(last.embedding(taps).flatten(1)) + said
    return last.odds(torch.relu(last.second(torch.relu(seen))))


def boundary_distance(odds: NDArray[np.floating], uniforms: NDArray[np.floating]) -> NDArray[np.float64]:
    """How far each number of 0..1 is from the nearest place where another sample would be drawn.

    Parameters
    ----------
    odds
        (..., levels) log odds.
    uniforms
        (...).
    """
    shares = np.exp(odds - odds.max(axis=-1, keepdims=True), dtype=np.float64)
    reached = np.cumsum(shares, axis=-1) / shares.sum(axis=-1, keepdims=True)
    return np.abs(reached - uniforms[..., None]).min(axis=-1)
