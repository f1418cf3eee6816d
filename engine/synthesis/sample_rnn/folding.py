"""A SampleRNN's weights, multiplied out wherever no curve stands between two products.

What a tier reads, and what it is told from above, goes straight into its gates; the last network's embedding
and first layer become one table per tap. What is left is what must be computed for every sample, and no more.

Conventions
-----------
All arrays are C-contiguous. Places that some tier has no use for are zero. "Rows" are a tier's gates, width
rows each in torch's order, and with skips what it reads once more, as itself.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from engine.models.sample_rnn import SampleRnn, SampleRnnConfig, Tier
from engine.synthesis.sample_rnn.products import LANES, WIDEST

Floats = NDArray[np.float32]


@dataclass(frozen=True, slots=True, eq=False)
class Matrices:
    """Weights that are multiplied at every step, float32 or int8, and the scale of each of their rows."""

    weights: NDArray[np.generic]
    scales: Floats

    @classmethod
    def of(cls, weights: Floats, *, eight_bit: bool) -> Matrices:
        """Of float32 weights (..., rows, columns); with eight bits each row has a scale of its own."""
        if not eight_bit:
            return cls(np.ascontiguousarray(weights), np.ones(weights.shape[:-1], np.float32))
        scales = np.maximum(np.abs(weights).max(axis=-1), 1e-20) / 127.0
        whole = np.rint(weights / scales[..., None]).astype(np.int8)
        return cls(np.ascontiguousarray(whole), scales.astype(np.float32))


@dataclass(frozen=True, slots=True, eq=False)
class FoldedRnn:
    """See the module. T tiers, L layers, R rows, G gates times width, W width.

    Attributes
    ----------
    config
        Of the network.
    first_states
        (T, L, W) hidden and (T, L, W) cell.
    opening
        (states of the coarsest tier, summary) and bias, or None: see `opened`.
    read
        (T, longest frame, R), for samples as numbers of -2..2.
    condition, condition_bias
        (R, condition), (R,): what the coarsest tier is told of the picture.
    above, above_bias
        (T, largest ratio, R, W), (T, largest ratio, R): what each tier is told by the one above, for each
        place within that one's step; nothing for the coarsest.
    recurrent, recurrent_bias
        (T, L, G, W), (T, L, G).
    upward, upward_bias
        (T, L, G, W), (T, L, G): from layer to layer; nothing for the first.
    said, said_bias
        (ratio, W, W), (ratio, W): what the finest tier says for each sample of its step.
    tables
        (taps, levels, W).
    second, second_bias, odds, odds_bias
        (W, W), (W,), (levels, W), (levels,).
    """

    config: SampleRnnConfig
    first_states: tuple[Floats, Floats]
    opening: tuple[Floats, Floats] | None
    read: Floats
    condition: Floats
    condition_bias: Floats
    above: Matrices
    above_bias: Floats
    recurrent: Matrices
    recurrent_bias: Floats
    upward: Matrices
    upward_bias: Floats
    said: Matrices
    said_bias: Floats
    tables: Floats
    second: Matrices
    second_bias: Floats
    odds: Matrices
    odds_bias: Floats

    def condition_rows(self, condition: Floats | None, steps: int) -> Floats:
        """What the coarsest tier is told at each step, (steps, R), from (steps, condition) float32."""
        if condition is None:
            return np.repeat(self.condition_bias[None], steps, axis=0)
        return np.ascontiguousarray(condition @ self.condition.T + self.condition_bias, np.float32)

    def opened(self, summary: Floats | None) -> tuple[Floats, Floats]:
        """States before the first sample, as `first_states`; from a summary (summary,) where there is one."""
        hidden, cell = (state.copy() for state in self.first_states)
        if self.opening is not None:
            if summary is None:
                raise ValueError("this network begins from a summary of the picture")
            said = self.opening[0] @ summary + self.opening[1]
            parts = said.reshape(-1, *hidden.shape[1:])
            hidden[0] += parts[0]
            if len(parts) == 2:
                cell[0] += parts[1]
        return hidden, cell


@torch.no_grad()
def folded(network: SampleRnn, *, eight_bit: bool = False) -> FoldedRnn:
    """The weights of a network, on whatever device it is.

    Raises
    ------
    ValueError
        When its width or its levels are no multiple of 16, or it is too wide for eight bits.
    """
    config = network.config
    if config.width % LANES or config.levels % LANES:
        raise ValueError(f"width and levels must be multiples of {LANES} to be folded")
    if eight_bit and config.width > WIDEST:
        raise ValueError(f"width is {config.width}, with weights of eight bits it can be {WIDEST} at most")
    tiers = network.each_tier()
    gates = [_gates(tier) for tier in tiers]
    rows, width = len(gates[0][0]), config.width
    read = np.zeros((len(tiers), max(config.frame_sizes), rows), np.float32)
    above = np.zeros((len(tiers), max((1, *config.ratios[:-1])), rows, width), np.float32)
    above_bias = np.zeros(above.shape[:-1], np.float32)
    (told, condition_bias), coarsest = gates[0], tiers[0]
    condition_bias = condition_bias + told @ coarsest.reads.bias
    condition = torch.zeros(rows, 0) if coarsest.told is None else told @ coarsest.told.weight
    for number, (tier, (into, bias)) in enumerate(zip(tiers, gates, strict=True)):
        read[number, : tier.size] = _array((into @ tier.reads.weight).T)
        if number == 0:
            continue
        tells = tiers[number - 1].tells
        bias = bias + into @ tier.reads.bias
        for place, (weight, offset) in enumerate(
            zip(tells.weight.split(width), tells.bias.split(width), strict=True)
        ):
            above[number, place] = _array(into @ weight)
            above_bias[number, place] = _array(bias + into @ offset)
    states = [tier.first_state.reshape(-1, config.layers, width) for tier in tiers]
    hidden = _array(torch.stack([state[0] for state in states]))
    cell = _array(torch.stack([state[-1] for state in states])) * (config.cell == "lstm")
    last, tells = network.last, tiers[-1].tells
    tables = torch.einsum(
        "wte,le->tlw", last.first.weight.unflatten(1, (config.taps, -1)), last.embedding.weight
    )
    recurrent, recurrent_bias = _layers(tiers, "hh")
    upward, upward_bias = _layers(tiers, "ih")
    upward[:, 0], upward_bias[:, 0] = 0.0, 0.0
    opening = network.opening

    def matrices(weights: Floats | Tensor) -> Matrices:
        return Matrices.of(_array(weights), eight_bit=eight_bit)

    return FoldedRnn(
        config,
        (hidden, cell),
        None if opening is None else (_array(opening.weight), _array(opening.bias)),
        read,
        _array(condition),
        _array(condition_bias),
        matrices(above),
        above_bias,
        matrices(recurrent),
        recurrent_bias,
        matrices(upward),
        upward_bias,
        matrices(tells.weight.unflatten(0, (-1, width))),
        _array(tells.bias.unflatten(0, (-1, width))),
        _array(tables),
        matrices(last.second.weight),
        _array(last.second.bias),
        matrices(last.odds.weight),
        _array(last.odds.bias),
    )


def _gates(tier: Tier) -> tuple[Tensor, Tensor]:
    """From what goes into a tier to its first layer's gates, and with skips to itself: weight and bias."""
    into, bias = tier.cell.get_parameter("weight_ih_l0"), tier.cell.get_parameter("bias_ih_l0")
    if tier.skips:
        width = into.shape[1]
        into = torch.cat((into, torch.eye(width, device=into.device)))
        bias = torch.cat((bias, bias.new_zeros(width)))
    return into, bias


def _layers(tiers: list[Tier], kind: str) -> tuple[Floats, Floats]:
    layers = range(tiers[0].cell.num_layers)
    stacked = [
        np.stack(
            [
                [_array(tier.cell.get_parameter(f"{name}_{kind}_l{layer}")) for layer in layers]
                for tier in tiers
            ]
        )
        for name in ("weight", "bias")
    ]
    return stacked[0], stacked[1]


def _array(values: Floats | Tensor) -> Floats:
    if isinstance(values, Tensor):
        values = values.detach().float().cpu().numpy()
    return np.ascontiguousarray(values, np.float32)
