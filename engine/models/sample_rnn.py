"""A waveform one sample at a time: recurrent tiers at ever finer clocks, and a small network for each sample.

The coarsest tier reads a frame of the sound so far, and what is known of the picture, and tells the tier
below how to go on; that one does the same with shorter frames. The last network sees the samples just before,
and what the tiers say, and gives the odds of the next one.

Conventions
-----------
A sample is a number of 0..levels - 1 (`engine.features.quantisation`), int64. Tiers are ordered from the
coarsest to the finest. States are one tensor per tier, (layers, batch, width) for a GRU and
(2, layers, batch, width), hidden and cell, for an LSTM.

References
----------
Mehri, Kumar, Gulrajani, Kumar, Jain, Sotelo, Courville, Bengio: SampleRNN, an unconditional end-to-end neural
audio generation model. ICLR 2017.
Zhou, Wang, Fang, Bui, Berg: Visual to Sound: Generating Natural Sound for Videos in the Wild. CVPR 2018.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise
from typing import Literal

import torch
from torch import Tensor, nn
from torch.nn import functional
from torch.nn.utils.parametrizations import weight_norm

States = tuple[Tensor, ...]
CellName = Literal["gru", "lstm"]

INPUT_REACH = 2.0
"""Samples go into the tiers as numbers of -2..2, as in the paper's own code."""


@dataclass(frozen=True, slots=True)
class SampleRnnConfig:
    """Sizes of the network.

    Attributes
    ----------
    levels
        How many values a sample can have.
    frame_sizes
        Samples per step of each tier, the coarsest first; each is a multiple of the next.
    taps
        How many samples before the next one the last network sees.

    width
        Of all tiers and of the last network.
    embedding
        Of a sample for the last network.
    cell, layers
        Of the recurrent networks.
    skips
        Whether what goes into a tier is added to what comes out.
    normalises_weights
        Whether linear layers learn length and direction of their rows apart.
    condition
        How many numbers the coarsest tier is given at each of its steps; 0 for none.
    summary
        How many numbers the coarsest tier's first state is made from; 0 learns one that is always the same.
    """

    levels: int = 256
    frame_sizes: tuple[int, ...] = (16, 4)
    taps: int = 4
    width: int = 512
    embedding: int = 256
    cell: CellName = "gru"
    layers: int = 1
    skips: bool = False
    normalises_weights: bool = True
    condition: int = 0
    summary: int = 0

    def __post_init__(self) -> None:
        if not self.frame_sizes or min(self.frame_sizes) < 1:
            raise ValueError("frame_sizes must name at least one tier, each of at least one sample")
        if any(coarse % fine or coarse == fine for coarse, fine in pairwise(self.frame_sizes)):
            raise ValueError(f"each of frame_sizes {self.frame_sizes} must be a multiple of the next")
        if min(self.taps, self.width, self.embedding, self.layers) < 1:
            raise ValueError("taps, width, embedding and layers must be at least 1")
        if not 2 <= self.levels <= 256:
            raise ValueError(f"levels is {self.levels}, it must be 2 to 256")
        if min(self.condition, self.summary) < 0:
            raise ValueError("condition and summary must be at least 0")

    @property
    def context(self) -> int:
        """So many samples must be known before the first one that is predicted."""
        return max(self.frame_sizes[0], self.taps)

    @property
    def ratios(self) -> tuple[int, ...]:
        """How many steps of the next finer clock one step of each tier speaks for."""
        return tuple(coarse // fine for coarse, fine in pairwise((*self.frame_sizes, 1)))


class SampleRnn(nn.Module):
    """See the module."""

    def __init__(self, config: SampleRnnConfig) -> None:
        super().__init__()
        self.config = config
        self.tiers = nn.ModuleList(
            Tier(config, size, ratio, config.condition if number == 0 else 0)
            for number, (size, ratio) in enumerate(zip(config.frame_sizes, config.ratios, strict=True))
        )
        self.last = LastNetwork(config)
        opened = self.each_tier()[0].first_state.numel()
        self.opening = nn.Linear(config.summary, opened) if config.summary else None

    def each_tier(self) -> list[Tier]:
        """The tiers, the coarsest first."""
        return [tier for tier in self.tiers if isinstance(tier, Tier)]

    def first_states(self, batch: int, summary: Tensor | None = None) -> States:
        """The states before the first sample; `summary` (batch, summary) where the config has one."""
        learned = [tier.first_state for tier in self.each_tier()]
        states = [state[..., None, :].expand(*state.shape[:-1], batch, -1) for state in learned]
        if self.opening is not None:
            if summary is None:
                raise ValueError("this network begins from a summary of the picture")
            said = self.opening(summary).unflatten(1, learned[0].shape)
            states[0] = states[0] + said.movedim(0, -2)
        return tuple(state.contiguous() for state in states)

    def forward(
        self, samples: Tensor, states: States, condition: Tensor | None = None
    ) -> tuple[Tensor, States]:
        """The odds of each sample given all before it.

        Parameters
        ----------
        samples
            (batch, context + n); n is a multiple of the coarsest frame. The odds are of the last n, of which
            the very last one is not looked at.
        states
            Where the sound before has left the tiers.
        condition
            (batch, n / coarsest frame, condition).

        Returns
        -------
        tuple
            Log odds (batch, n, levels), and the states after them.
        """
        out, after = self._through_tiers(samples, states, condition)
        said = self.each_tier()[-1].said(out)
        return self.last(samples[:, self.config.context - self.config.taps : -1], said), after

    def hear(self, samples: Tensor, states: States, condition: Tensor | None = None) -> States:
        """The states after samples whose odds nobody asks for; see `forward`."""
        return self._through_tiers(samples, states, condition)[1]

    def _through_tiers(
        self, samples: Tensor, states: States, condition: Tensor | None
    ) -> tuple[Tensor, States]:
        """What comes out of the finest tier, (batch, steps, width), and the states after it."""
        context, coarsest = self.config.context, self.config.frame_sizes[0]
        length = samples.shape[1] - context
        if length <= 0 or length % coarsest:
            raise ValueError(f"{length} samples are no whole frames of {coarsest}")
        values = (samples.float() * (2.0 / (self.config.levels - 1)) - 1.0) * INPUT_REACH
        tiers, after = self.each_tier(), list[Tensor]()
        out: Tensor | None = None
        for number, (tier, state) in enumerate(zip(tiers, states, strict=True)):
            above = condition if out is None else tiers[number - 1].said(out)
            frames = values[:, context - tier.size : context - tier.size + length].unflatten(
                1, (-1, tier.size)
            )
            out, state = tier.hear(frames, state, above)
            after.append(state)
        assert out is not None
        return out, tuple(after)


class Tier(nn.Module):
    """One recurrent tier.

    Parameters
    ----------
    size
        Samples in its frame.
    ratio
        Steps of the next finer clock that one of its steps speaks for.
    condition
        Numbers about the picture that it is given, 0 for none.
    """

    def __init__(self, config: SampleRnnConfig, size: int, ratio: int, condition: int) -> None:
        super().__init__()
        self.size, self.skips, self.is_lstm = size, config.skips, config.cell == "lstm"
        self.ratio = ratio
        self.reads = _linear(config, size, config.width)
        self.told = _linear(config, condition, config.width, bias=False) if condition else None
        cell = nn.LSTM if self.is_lstm else nn.GRU
        self.cell = cell(config.width, config.width, config.layers, batch_first=True)
        self.tells = _linear(config, config.width, ratio * config.width)
        states = (2, config.layers, config.width) if self.is_lstm else (config.layers, config.width)
        self.first_state = nn.Parameter(torch.zeros(states))

    def forward(self, frames: Tensor, state: Tensor, above: Tensor | None) -> tuple[Tensor, Tensor]:
        """Frames (batch, steps, size), and what is said from above, to (batch, steps * ratio, width)."""
        out, after = self.hear(frames, state, above)
        return self.said(out), after

    def hear(self, frames: Tensor, state: Tensor, above: Tensor | None) -> tuple[Tensor, Tensor]:
        """What comes out, (batch, steps, width), before it is told to the tier below."""
        into = self.reads(frames)
        if above is not None:
            into = into + (above if self.told is None else self.told(above))
        out, after = self.cell(into, (state[0], state[1]) if self.is_lstm else state)
        return out + into if self.skips else out, torch.stack(after) if self.is_lstm else after

    def said(self, out: Tensor) -> Tensor:
        """What came out, as the tier below is told of it: (batch, steps * ratio, width)."""
        return self.tells(out).unflatten(2, (self.ratio, -1)).flatten(1, 2)


class LastNetwork(nn.Module):
    """From the samples just before, and what the tiers say, to the odds of the next one."""

    def __init__(self, config: SampleRnnConfig) -> None:
        super().__init__()
        self.taps = config.taps
        self.embedding = nn.Embedding(config.levels, config.embedding)
        self.first = _linear(config, config.taps * config.embedding, config.width, bias=False)
        self.second = _linear(config, config.width, config.width)
        self.odds = _linear(config, config.width, config.levels)

    def forward(self, samples: Tensor, said: Tensor) -> Tensor:
        """Samples (batch, taps - 1 + n) and what the tier says (batch, n, width) to (batch, n, levels)."""
        # One product per tap and level instead of one per sample: there are far fewer levels than samples.
        tables = self.first.weight.unflatten(1, (self.taps, -1))
        tables = torch.einsum("wte,le->tlw", tables, self.embedding.weight)
        steps, length = samples.unfold(1, self.taps, 1), said.shape[1]
        seen = said
        for tap in range(self.taps):
            seen = seen + functional.embedding(steps[:, :length, tap], tables[tap])
        return self.odds(torch.relu(self.second(torch.relu(seen))))


def _linear(config: SampleRnnConfig, inputs: int, outputs: int, *, bias: bool = True) -> nn.Linear:
    layer = nn.Linear(inputs, outputs, bias=bias)
    if config.normalises_weights:
        weight_norm(layer)
    return layer
