"""Streams of sound from a folded SampleRNN, side by side, block after block.

Each stream has its own seed, and one number of its own decides each of its samples, whatever the size of the
blocks and whatever is made beside it: the same seed makes the same sound again.
"""

from __future__ import annotations

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

import numpy as np
from numpy.typing import NDArray

from engine.synthesis.sample_rnn.folding import Floats, FoldedRnn, Matrices
from engine.synthesis.sample_rnn.loops import make_samples, make_samples_eight_bit

Levels = NDArray[np.uint8]

_STREAMS_TOGETHER = 2
"""Two on one thread share what is read of the weights; more gain more from a second thread."""


@dataclass(frozen=True, slots=True, eq=False)
class StreamsState:
    """Where streams are: all that is needed to go on from there, with the same seeds, bit for bit.

    Attributes
    ----------
    hidden, cell
        (tiers, layers, streams, width) float32.
    past
        (streams, context) uint8: the samples just before.
    drawn
        How many samples each stream has drawn so far.
    """

    hidden: Floats
    cell: Floats
    past: Levels
    drawn: int


class SoundStreams:
    """See the module.

    Parameters
    ----------
    folded
        The network.
    seeds
        One per stream.
    temperature
        1 draws by the network's odds, less makes the likely likelier.
    summaries
        (streams or 1, summary): what each begins from, where the network has such a thing.
    silence
        The level that stands before the beginning.
    threads
        Streams are shared out among so many.
    """

    def __init__(
        self,
        folded: FoldedRnn,
        seeds: Sequence[int],
        *,
        temperature: float = 1.0,
        summaries: Floats | None = None,
        silence: int = 128,
        threads: int = 1,
    ) -> None:
        if temperature <= 0:
            raise ValueError(f"temperature is {temperature:g}, it must be above 0")
        self._folded = folded
        self._config = folded.config
        self._seeds = tuple(seeds)
        self._begin_draws()
        self._inverse_temperature = np.float32(1.0 / temperature)
        self._past = np.full((len(seeds), self._config.context), silence, np.uint8)
        self._threads = max(1, min(threads, -(-len(seeds) // _STREAMS_TOGETHER)))
        self.begin(summaries)

    def state(self) -> StreamsState:
        """Where the streams are now."""
        return StreamsState(self._hidden.copy(), self._cell.copy(), self._past.copy(), self._drawn)

    def go_on_from(self, state: StreamsState) -> None:
        """Go to where streams of the same network and seeds were before."""
        if state.hidden.shape != self._hidden.shape or state.past.shape != self._past.shape:
            raise ValueError(f"states {state.hidden.shape} are not of these streams {self._hidden.shape}")
        self._hidden, self._cell = state.hidden.copy(), state.cell.copy()
        self._past = state.past.copy()
        self._begin_draws()
        self._skip_draws(state.drawn)

    def begin(self, summaries: Floats | None = None) -> None:
        """Set all streams to the network's first states; what was heard last stays known."""
        opened = [
            self._folded.opened(None if summaries is None else summaries[min(number, len(summaries) - 1)])
            for number in range(len(self._seeds))
        ]
        self._hidden, self._cell = (
            np.ascontiguousarray(np.stack([states[kind] for states in opened], axis=2), np.float32)
            for kind in (0, 1)
        )

    def hear(self, levels: Levels, condition_rows: Floats) -> None:
        """Go through sound that is there already, (streams, n); what comes next goes on from it."""
        self._go(levels, condition_rows, np.zeros(levels.shape))

    def hear_with_odds(self, levels: Levels, condition_rows: Floats) -> Floats:
        """The same, and how likely all levels were at each of its samples.

        Returns
        -------
        NDArray
            (streams, n, levels) float32 log odds, before the temperature.
        """
        odds = np.empty((*levels.shape, self._config.levels), np.float32)
        self._go(levels, condition_rows, np.zeros(levels.shape), odds)
        return odds

    def make(self, condition_rows: Floats) -> Levels:
        """Make the next sound.

        Parameters
        ----------
        condition_rows
            (streams or 1, steps, rows), see `FoldedRnn.condition_rows`.

        Returns
        -------
        NDArray
            (streams, steps * coarsest frame) uint8.
        """
        length = condition_rows.shape[1] * self._config.frame_sizes[0]
        return self._go(None, condition_rows, self._uniforms(length))

    def _begin_draws(self) -> None:
        self._draws = [np.random.Generator(np.random.Philox(seed)) for seed in self._seeds]
        self._drawn = 0

    def _skip_draws(self, count: int) -> None:
        for draw in self._draws:
            bits = draw.bit_generator
            assert isinstance(bits, np.random.Philox)
            # The counter stands for four numbers at a time.
            bits.advance(count // 4)
            draw.random(count % 4)
        self._drawn = count

    def _uniforms(self, length: int) -> NDArray[np.float64]:
        self._drawn += length
        return np.stack([draw.random(length) for draw in self._draws])

    def _go(
        self,
        known: Levels | None,
        condition_rows: Floats,
        uniforms: NDArray[np.float64],
        odds: Floats | None = None,
    ) -> Levels:
        length = uniforms.shape[1]
        if odds is None:
            odds = np.empty((len(uniforms), 0, self._config.levels), np.float32)
        context = self._config.context
        samples = np.concatenate((self._past, np.zeros(uniforms.shape, np.uint8)), axis=1)
        if known is not None:
            samples[:, context:] = known

        def run(part: slice) -> None:
            self._run(part, known is not None, condition_rows, uniforms, samples, odds)

        if self._threads == 1:
            run(slice(None))
        else:
            bounds = np.linspace(0, len(samples), self._threads + 1).astype(int)
            parts = [slice(*pair) for pair in pairwise(bounds)]
            with ThreadPoolExecutor(self._threads) as pool:
                list(pool.map(run, parts))
        self._past = samples[:, length:].copy()
        return samples[:, context:]

    def _run(
        self,
        part: slice,
        is_known: bool,
        condition_rows: Floats,
        uniforms: NDArray[np.float64],
        samples: Levels,
        odds: Floats,
    ) -> None:
        folded, config = self._folded, self._config
        rows = condition_rows if len(condition_rows) == 1 else condition_rows[part]
        hidden = np.ascontiguousarray(self._hidden[:, :, part])
        cell = np.ascontiguousarray(self._cell[:, :, part])
        loop = make_samples if folded.second.weights.dtype == np.float32 else make_samples_eight_bit
        loop(
            np.array(config.frame_sizes),
            np.array(config.ratios),
            config.taps,
            config.cell == "lstm",
            config.skips,
            is_known,
            folded.read,
            np.ascontiguousarray(rows, np.float32),
            *_layer(folded.above, folded.above_bias),
            *_layer(folded.recurrent, folded.recurrent_bias),
            *_layer(folded.upward, folded.upward_bias),
            *_layer(folded.said, folded.said_bias),
            folded.tables,
            *_layer(folded.second, folded.second_bias),
            *_layer(folded.odds, folded.odds_bias),
            hidden,
            cell,
            uniforms[part],
            self._inverse_temperature,
            samples[part],
            odds[part],
        )
        self._hidden[:, :, part] = hidden
        self._cell[:, :, part] = cell


def _layer(matrices: Matrices, bias: Floats) -> tuple[Any, Any, Any]:
    return matrices.weights, matrices.scales, bias
