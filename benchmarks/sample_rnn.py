"""Speed of SampleRNN: the folded, compiled loops beside plain PyTorch, step by step, in the same run.

    python -m benchmarks sample_rnn [--widths WIDTH ...] [--model FOLDER]

The networks are untrained ones of 3 tiers, 16 and 4 samples, of three widths; or a generator's. All make the
same kind of sound: every sample drawn from the network's odds and fed back. Streams are takes made side by
side. The plain way is `engine.synthesis.sample_rnn.plain`: the network's own layers, weights in their normal
form worked out once; ratios are to the faster of one and two threads.

A rate is that of the fastest of some short blocks, because a machine is seldom idle. One thread is timed by
the processor's time, which others on the machine do not lengthen, two are timed by the clock; the last line
says how much of the machine was ours. Then follows what it could do at most (`sample_rnn_roofline`).
"""

from __future__ import annotations

import argparse
import os
import time
from collections.abc import Callable
from pathlib import Path

import torch

from benchmarks.sample_rnn_roofline import networks_of, no_condition, no_summary, print_table
from engine.models.sample_rnn import SampleRnn
from engine.synthesis.sample_rnn.folding import FoldedRnn, folded
from engine.synthesis.sample_rnn.model import load_generator
from engine.synthesis.sample_rnn.plain import make_plainly
from engine.synthesis.sample_rnn.streams import SoundStreams

_REAL_TIME = 16_000
_BLOCK = 1024
"""Samples of all streams together, timed at once."""
_LEAST_S, _LEAST_BLOCKS = 1.0, 4

_GOALS = {
    ("width 256", 1, 1): f"float32 {_REAL_TIME:,}",
    ("width 512", 1, 1): f"eight bits {_REAL_TIME:,}, x10",
    ("width 512", 64, 2): "eight bits 40,000",
}


def _rate(samples: int, threads: int, make: Callable[[], object]) -> float:
    """Samples per second of the fastest block."""
    clock = time.thread_time if threads == 1 else time.perf_counter
    make()
    spent: list[float] = []
    while len(spent) < _LEAST_BLOCKS or sum(spent) < _LEAST_S:
        started = clock()
        make()
        spent.append(clock() - started)
    return samples / min(spent)


def _plain_rate(network: SampleRnn, streams: int, threads: int) -> float:
    config = network.config
    steps = max(1, _BLOCK // 8 // streams // config.frame_sizes[0])
    length = steps * config.frame_sizes[0]
    told, summary = no_condition(config, steps), no_summary(config)
    condition = None if told is None else torch.from_numpy(told)[None].expand(streams, -1, -1)
    begun = None if summary is None else torch.from_numpy(summary).expand(streams, -1)
    past = torch.full((streams, config.context), config.levels // 2)
    uniforms = torch.rand(streams, length, dtype=torch.float64)
    torch.set_num_threads(threads)
    states = network.first_states(streams, begun)
    rate = _rate(streams * length, threads, lambda: make_plainly(network, states, past, uniforms, condition))
    torch.set_num_threads(1)
    return rate


def _folded_rate(weights: FoldedRnn, streams: int, threads: int) -> float:
    config = weights.config
    sound = SoundStreams(weights, range(streams), summaries=no_summary(config), threads=threads)
    steps = max(1, _BLOCK * threads // streams // config.frame_sizes[0])
    rows = weights.condition_rows(no_condition(config, steps), steps)[None]
    return _rate(streams * steps * config.frame_sizes[0], threads, lambda: sound.make(rows))


def _print_rates(networks: dict[str, SampleRnn]) -> None:
    print(
        f"{'samples/s':12}{'streams':>8}{'threads':>8}{'plain':>8}{'float32':>12}{'x plain':>8}"
        f"{'eight bits':>12}{'x plain':>8}   goal"
    )
    for name, network in networks.items():
        exact, rough = folded(network), folded(network, eight_bit=True)
        for streams in (1, 64):
            plain = {threads: _plain_rate(network, streams, threads) for threads in (1, 2)}
            best = max(plain.values())
            for threads in plain:
                made = [_folded_rate(weights, streams, threads) for weights in (exact, rough)]
                goal = _GOALS.get((name, streams, threads), "")
                rates = "".join(f"{rate:12.0f}{rate / best:8.1f}" for rate in made)
                row = f"{name:12}{streams:8d}{threads:8d}{plain[threads]:8.0f}{rates}   {goal}"
                print(row.rstrip(), flush=True)


def main() -> None:
    """Print the tables."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks sample_rnn")
    parser.add_argument("--model", type=Path, help="a generator's checkpoint, in their place")
    parser.add_argument("--widths", type=int, nargs="+", default=[256, 512, 1024], help="of the networks")
    asked = parser.parse_args()
    torch.set_num_threads(1)
    networks = networks_of(asked.widths)
    if asked.model is not None:
        networks = {"the model": load_generator(asked.model).network.rnn}
    started, used = time.perf_counter(), time.process_time()
    _print_rates(networks)
    share = (time.process_time() - used) / (time.perf_counter() - started)
    print(f"one stream is always made on one thread; {share:.2f} of {os.cpu_count()} cores were ours\n")
    print_table(networks)


if __name__ == "__main__":
    main()
