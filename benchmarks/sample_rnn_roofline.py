"""How near the compiled SampleRNN comes to what the machine can do at most.

Two things bound it. Every sample needs so many multiplications; and one stream of sound needs nearly all
weights anew for every few samples, so these must come from memory, or from a cache that holds them, that
fast. Streams side by side use each weight for all of them. How fast weights can come is measured by reading
as many bytes in the same order, and only adding them up; how fast they can be multiplied, by the same
compiled products with a matrix that stays in the nearest caches. What is left (gates, tables, the draw) is
counted in neither. One thread; times of the processor, not of the clock.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass

import numba
import numpy as np
import torch
from numpy.typing import NDArray

from engine.models.sample_rnn import SampleRnn, SampleRnnConfig
from engine.synthesis.sample_rnn.folding import FoldedRnn, Matrices, folded
from engine.synthesis.sample_rnn.products import make_whole, multiply
from engine.synthesis.sample_rnn.streams import SoundStreams

_WIDTHS = (256, 512, 1024)
_STREAMS = (1, 64)
_TRIES = 12
_ROWS, _PRODUCTS = 16, 64


@dataclass(frozen=True, slots=True, eq=False)
class Work:
    """What some samples of one stream need, one step of the coarsest tier.

    Attributes
    ----------
    samples
        How many they are.
    products
        Multiplications of a weight.
    weight_bytes
        Of all weights.
    reads
        (reads, 2): first byte and end of each matrix, in the order in which they are needed.
    """

    samples: int
    products: int
    weight_bytes: int
    reads: NDArray[np.int64]

    @property
    def bytes_read(self) -> int:
        """Of weights, again whenever they are needed."""
        return int(np.diff(self.reads).sum())


def work_of(weights: FoldedRnn) -> Work:
    """What a network needs."""
    config, places, end = weights.config, {}, 0

    def place(matrices: Matrices, *index: int) -> tuple[int, int]:
        nonlocal end
        key = (id(matrices), *index)
        if key not in places:
            size = matrices.weights[index].nbytes
            places[key] = (end, end + size)
            end += size
        return places[key]

    reads = []
    for number in range(config.frame_sizes[0]):
        for tier, size in enumerate(config.frame_sizes):
            if number % size == 0:
                if tier:
                    reads.append(place(weights.above, tier, number // size % config.ratios[tier - 1]))
                for layer in range(config.layers):
                    reads.append(place(weights.recurrent, tier, layer))
                    if layer:
                        reads.append(place(weights.upward, tier, layer))
        reads += [place(weights.said, number % config.ratios[-1]), place(weights.second), place(weights.odds)]
    per_weight = weights.second.weights.itemsize
    steps = np.array(reads)
    return Work(config.frame_sizes[0], int(np.diff(steps).sum()) // per_weight, end, steps)


@numba.njit(nogil=True)
def _added_up(numbers, reads):  # type: ignore[no-untyped-def]
    """Of numbers of eight bytes; from four places of a matrix at once, as its rows are read too."""
    total = 0
    for read in range(reads.shape[0]):
        quarter = (reads[read, 1] - reads[read, 0]) // 32
        part = numbers[reads[read, 0] // 8 : reads[read, 1] // 8]
        first, second = part[:quarter], part[quarter : 2 * quarter]
        third, fourth = part[2 * quarter : 3 * quarter], part[3 * quarter : 4 * quarter]
        for at in range(quarter):
            total += first[at] + second[at] + third[at] + fourth[at]
    return total


def reading_s(work: Work) -> float:
    """How long it takes to read all that some samples need."""
    numbers = np.ones(work.weight_bytes // 8, np.int64)
    return _least_s(lambda: _added_up(numbers, work.reads))


@numba.njit(nogil=True)
def _multiplied(weights, row_scales, vectors, whole, scales, out):  # type: ignore[no-untyped-def]
    make_whole(weights, vectors, whole, scales)
    for _ in range(_PRODUCTS):
        multiply(weights, row_scales, vectors, whole, scales, out)


def product_speed(width: int, streams: int, *, eight_bit: bool) -> float:
    """Multiplications per second with a matrix that stays near."""
    rng = np.random.default_rng(0)
    matrices = Matrices.of(rng.normal(size=(_ROWS, width)).astype(np.float32), eight_bit=eight_bit)
    vectors = rng.normal(size=(streams, width)).astype(np.float32)
    out = np.zeros((streams, _ROWS), np.float32)
    whole, scales = np.zeros(vectors.shape, np.int16), np.zeros(streams, np.float32)

    def multiply_often() -> None:
        _multiplied(matrices.weights, matrices.scales, vectors, whole, scales, out)

    return _PRODUCTS * out.size * width / _least_s(multiply_often)


def samples_per_s(weights: FoldedRnn, streams: int) -> float:
    """Of all streams together, made on one thread."""
    sound = SoundStreams(weights, range(streams), summaries=no_summary(weights.config))
    steps = max(1, 256 // streams)
    rows = weights.condition_rows(no_condition(weights.config, steps), steps)[None]
    return streams * steps * weights.config.frame_sizes[0] / _least_s(lambda: sound.make(rows))


def no_condition(config: SampleRnnConfig, steps: int) -> np.ndarray | None:
    """What a network is told of a picture that shows nothing, (steps, condition)."""
    return np.zeros((steps, config.condition), np.float32) if config.condition else None


def no_summary(config: SampleRnnConfig) -> np.ndarray | None:
    """What a network begins from where pictures show nothing, (1, summary)."""
    return np.zeros((1, config.summary), np.float32) if config.summary else None


def _least_s(work: Callable[[], object]) -> float:
    work()
    spent = []
    for _ in range(_TRIES):
        started = time.thread_time()
        work()
        spent.append(time.thread_time() - started)
    return min(spent)


def print_table(networks: dict[str, SampleRnn]) -> None:
    """The table, for networks by their names."""
    print(
        f"{'samples/s, one thread':24}{'streams':>8}{'products':>10}{'MB read':>9}{'at GB/s':>9}"
        f"{'by reading':>12}{'by products':>12}{'made':>9}{'share':>7}"
    )
    for name, network in networks.items():
        for eight_bit in (False, True):
            weights = folded(network, eight_bit=eight_bit)
            work = work_of(weights)
            read_s = reading_s(work)
            for streams in _STREAMS:
                made = streams * work.samples
                by_reading = made / read_s
                speed = product_speed(weights.config.width, streams, eight_bit=eight_bit)
                by_products = speed / (work.products / work.samples)
                reached = samples_per_s(weights, streams)
                kind = "eight bits" if eight_bit else "float32"
                print(
                    f"{f'{name}, {kind}':24}{streams:8d}{work.products / work.samples / 1e6:9.2f}M"
                    f"{work.bytes_read / made / 1e6:9.3f}{work.bytes_read / read_s / 1e9:9.1f}"
                    f"{by_reading:12.0f}{by_products:12.0f}{reached:9.0f}"
                    f"{reached / min(by_reading, by_products):7.0%}",
                    flush=True,
                )


def networks_of(widths: Iterable[int]) -> dict[str, SampleRnn]:
    """Untrained networks of 3 tiers, 16 and 4 samples: a trained one is as fast."""
    torch.manual_seed(0)
    return {f"width {width}": SampleRnn(SampleRnnConfig(width=width)) for width in widths}


def main() -> None:
    """Print the table."""
    torch.set_num_threads(1)
    print_table(networks_of(_WIDTHS))


if __name__ == "__main__":
    main()
