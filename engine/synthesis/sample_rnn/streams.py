"""Streams of sound from a folded SampleRNN, side by side, block after block.

Each stream has its own seed, and one number of its own decides each of its samples, whatever the size of the
blocks and whatever is made beside it: the same seed makes the same sound again.
"""

from __future__ import annotations

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from itertools import pairwise
from typing import Any

import numpy as np
from numpy.typing import NDArray

from engine.synthesis.sample_rnn.folding import Floats, FoldedRnn, Matrices
from engine.synthesis.sample_rnn.loops import make_samples, make_samples_eight_bit

Levels = NDArray[np.uint8]

_LEAST_STREAMS_PER_THREAD = 4
"""Fewer together gain less from sharing weights than a second thread would bring."""


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
        self._draws = [np.random.Generator(np.random.Philox(seed)) for seed in seeds]
        self._inverse_temperature = np.float32(1.0 / temperature)
        self._past = np.full((len(seeds), self._config.context), silence, np.uint8)
        self._threads = max(1, min(threads, len(seeds) // _LEAST_STREAMS_PER_THREAD))
        self.begin(summaries)

    def begin(self, summaries: Floats | None = None) -> None:
        """Set all streams to the network's first states; what was heard last stays known."""
        count = len(self._draws)
        opened = [
            self._folded.opened(None if summaries is None else summaries[min(number, len(summaries) - 1)])
            for number in range(count)
        ]
        self._hidden, self._cell = (
            np.ascontiguousarray(np.stack([states[kind] for states in opened], axis=2), np.float32)
            for kind in (0, 1)
        )

    def hear(self, levels: Levels, condition_rows: Floats) -> None:
        """Go through sound that is there already, (streams, n); what comes next goes on from it."""
        self._go(levels, condition_rows, np.zeros(levels.shape))

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
        uniforms = np.stack([draw.random(length) for draw in self._draws])
        return self._go(None, condition_rows, uniforms)

    def _go(self, known: Levels | None, condition_rows: Floats, uniforms: NDArray[np.float64]) -> Levels:
        length = uniforms.shape[1]
        context = self._config.context
        samples = np.concatenate((self._past, np.zeros(uniforms.shape, np.uint8)), axis=1)
        if known is not None:
            samples[:, context:] = known
        if self._threads == 1:
            self._run(slice(None), known is not None, condition_rows, uniforms, samples)
        else:
            bounds = np.linspace(0, len(samples), self._threads + 1).astype(int)
            parts = [slice(*pair) for pair in pairwise(bounds)]
            with ThreadPoolExecutor(self._threads) as pool:
                list(
                    pool.map(
                        lambda part: self._run(part, known is not None, condition_rows, uniforms, samples),
                        parts,
                    )
                )
        self._past = samples[:, length:].copy()
        return samples[:, context:]

    def _run(
        self, part: slice, is_known: bool, condition_rows: Floats, uniforms: Any, samples: Levels
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
        )
        self._hidden[:, :, part] = hidden
        self._cell[:, :, part] = cell


def _layer(matrices: Matrices, bias: Floats) -> tuple[Any, Any, Any]:
    return matrices.weights, matrices.scales, bias
