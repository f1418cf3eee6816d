"""Whether the compiled SampleRNN is the network that was trained, and what weights of eight bits cost.

    python -m benchmarks sample_rnn_exactness RUN... [--test DATA] [--clips 2] [--cache FOLDER]

RUN is a run's folder, or a model's. The sound is that of held-out clips: the test clips of DATA, else those
by which the run's best was chosen. Every sample of them is foretold from the true ones before it, three
times: by the network's own forward pass in PyTorch, by the compiled loop in float32, and with weights of
eight bits.

*apart* is the largest difference of a log odds between the first two. Then sound is made from the same
numbers of 0..1 by PyTorch, step by step, and by the compiled loop: *near* is the first sample whose number
lies within 1e-5 of where another sample would be drawn (up to there both must agree), *differs* the first in
which they do not. Of eight bits the table says by how much the cross-entropy is worse than in float32, and
the mean divergence KL(float32 || eight bits) in nats per sample.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray

from engine.errors import UserFacingError
from engine.models.sample_rnn import States
from engine.synthesis.sample_rnn.folding import folded
from engine.synthesis.sample_rnn.model import GeneratorModel
from engine.synthesis.sample_rnn.plain import boundary_distance, make_plainly
from engine.synthesis.sample_rnn.streams import SoundStreams
from training.datasets.parts import opened_parts, recordings_to_judge
from training.datasets.recording import Recording
from training.sample_rnn.clips import prepared_clips
from training.sample_rnn.envelopes import with_envelopes
from training.sample_rnn.runs import Run, opened_runs
from training.sample_rnn.stretches import Stretches

_PICTURES_AT_ONCE = 6
_MADE_PICTURES = 10
_NEAR = 1e-5
_SEED = 1
_GOALS = {"apart": "1e-4", "worse": "0.50 %"}

Clip = Mapping[str, NDArray[np.generic]]


@dataclass(slots=True)
class Foretold:
    """What comes of foretelling sound three times; sums over its samples."""

    samples: int = 0
    apart: float = 0.0
    exact_nats: float = 0.0
    rough_nats: float = 0.0
    divergence: float = 0.0


@dataclass(frozen=True, slots=True)
class MadeTwice:
    """Two ways to make sound from the same numbers; indices of samples, None where there is none."""

    samples: int
    near: int | None
    differs: int | None


class _Told:
    """A clip, as a model is told of it: all of it, or as much as a window holds."""

    def __init__(self, model: GeneratorModel, clip: Clip) -> None:
        self.model, config = model, model.config
        self._samples = torch.from_numpy(clip["samples"])[None]
        self._pictures = torch.from_numpy(clip["pictures"])
        self._curves = torch.from_numpy(clip["curves"]) if "curves" in clip else None
        self._motion = torch.from_numpy(clip["motion"]) if "motion" in clip else None
        self.pictures = len(self._pictures)
        if config.is_told_at_start:
            self.pictures = min(self.pictures, config.window)
            self._pictures = self._pictures[: self.pictures]
            self._motion = None if self._motion is None else self._motion[: self.pictures]

    def samples(self, start: int, end: int) -> torch.Tensor:
        """Of some pictures, and what stands before them, (1, context + n) int64."""
        config = self.model.config
        return self._samples[
            :, start * config.samples_per_picture : config.rnn.context + end * config.samples_per_picture
        ]

    def first_states(self) -> States:
        motion = None if self._motion is None else self._motion[None]
        return self.model.network.first_states(self._pictures[None], motion)

    def condition(self, start: int, end: int) -> torch.Tensor | None:
        """What PyTorch's network is told while some pictures are shown."""
        curves = self._steps(start, end)
        shown = self._pictures[None, start:end]
        return self.model.network.condition(shown, None if curves is None else curves[None])

    def rows(self, start: int, end: int) -> NDArray[np.float32]:
        """What the folded one is told."""
        curves = self._steps(start, end)
        shown = self._pictures[start:end].numpy()
        return self.model.rows(shown, None if curves is None else curves.numpy())[None]

    def streams(self, *, eight_bit: bool = False) -> SoundStreams:
        """One stream of sound at the clip's beginning."""
        weights = folded(self.model.network.rnn, eight_bit=True) if eight_bit else self.model.weights
        motion = None if self._motion is None else self._motion.numpy()
        return SoundStreams(weights, [_SEED], summaries=self.model.summary(self._pictures.numpy(), motion))

    def _steps(self, start: int, end: int) -> torch.Tensor | None:
        per_picture = self.model.config.steps_per_picture
        return None if self._curves is None else self._curves[start * per_picture : end * per_picture]


@torch.no_grad()
def foretell(model: GeneratorModel, clips: Sequence[Clip]) -> Foretold:
    """All samples of clips; the model's weights must be exact."""
    result, context = Foretold(), model.config.rnn.context
    for told in (_Told(model, clip) for clip in clips):
        exact, rough, states = told.streams(), told.streams(eight_bit=True), told.first_states()
        for start in range(0, told.pictures, _PICTURES_AT_ONCE):
            end = min(told.pictures, start + _PICTURES_AT_ONCE)
            samples, rows = told.samples(start, end), told.rows(start, end)
            plain, states = model.network.rnn(samples, states, told.condition(start, end))
            levels = samples[:, context:].numpy().astype(np.uint8)
            odds = [stream.hear_with_odds(levels, rows)[0] for stream in (exact, rough)]
            exact_nats, rough_nats = (
                -torch.log_softmax(torch.from_numpy(each).double(), -1) for each in odds
            )
            wanted = samples[0, context:, None]
            result.samples += levels.size
            result.apart = max(result.apart, float(np.abs(plain[0].numpy() - odds[0]).max()))
            result.exact_nats += float(exact_nats.gather(1, wanted).sum())
            result.rough_nats += float(rough_nats.gather(1, wanted).sum())
            result.divergence += float((torch.exp(-exact_nats) * (rough_nats - exact_nats)).sum())
    return result


@torch.no_grad()
def make_twice(model: GeneratorModel, clip: Clip) -> MadeTwice:
    """The beginning of a clip's sound."""
    told, config = _Told(model, clip), model.config
    end = min(told.pictures, _MADE_PICTURES)
    length = end * config.samples_per_picture
    uniforms = np.random.Generator(np.random.Philox(_SEED)).random((1, length))
    past = told.samples(0, end)[:, : config.rnn.context]
    condition = told.condition(0, end)
    plain, _ = make_plainly(
        model.network.rnn, told.first_states(), past, torch.from_numpy(uniforms), condition
    )
    odds, _ = model.network.rnn(torch.cat((past, plain), 1), told.first_states(), condition)
    made = told.streams().make(told.rows(0, end))
    return MadeTwice(
        length,
        _first(boundary_distance(odds.numpy(), uniforms)[0] < _NEAR),
        _first(made[0] != plain[0].numpy()),
    )


def _first(is_so: NDArray[np.bool_]) -> int | None:
    return int(np.argmax(is_so)) if is_so.any() else None


def _held_out(runs: Sequence[Run], test: str | None) -> list[Recording]:
    if test is not None:
        return recordings_to_judge(test, is_test_only=True)
    for run in runs:
        if run.recipe is not None:
            return opened_parts(run.recipe.data.folders).validation
    raise UserFacingError("A model alone does not say what was held out: name a data set with --test.")


def _clips(run: Run, recordings: Sequence[Recording], cache: Path | None) -> list[Clip]:
    config = run.model.config
    clip_s = 10.0 if run.recipe is None else run.recipe.data.clip_s
    clips = with_envelopes(run.model.network, prepared_clips(recordings, config, clip_s, cache))
    pictures = len(clips[0].levels) // config.samples_per_picture
    rng = np.random.default_rng(0)
    return [Stretches([clip], config, pictures, is_anywhere=False).draw(0, rng) for clip in clips]


def _print_row(run: Run, told: Foretold, twice: MadeTwice) -> None:
    config = run.model.config.rnn
    near, differs = ("none" if index is None else str(index) for index in (twice.near, twice.differs))
    worse = told.rough_nats / told.exact_nats - 1.0
    print(
        f"{run.name:22}{config.width:6d}{config.frame_sizes!s:>10}{told.samples:9d}{told.apart:10.1e}"
        f"{twice.samples:7d}{near:>7}{differs:>9}{told.exact_nats / told.samples:9.4f}"
        f"{told.rough_nats / told.samples:9.4f}{100 * worse:8.3f} %{told.divergence / told.samples:10.2e}",
        flush=True,
    )


def main() -> int:
    """Print the table; the exit code is 1 when there is nothing to measure."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks sample_rnn_exactness")
    parser.add_argument("runs", nargs="+", type=Path, help="folders of runs, or of models alone")
    parser.add_argument("--test", help="a data set whose test clips are the held-out sound")
    parser.add_argument("--clips", type=int, default=2, help="how many clips")
    parser.add_argument("--cache", type=Path, help="where sound and what pictures show are kept")
    asked = parser.parse_args()
    torch.set_num_threads(1)
    try:
        _print_table(asked.runs, asked.test, asked.clips, asked.cache)
    except UserFacingError as error:
        print(error)
        return 1
    return 0


def _print_table(folders: Sequence[Path], test: str | None, clips: int, cache: Path | None) -> None:
    runs = opened_runs(folders, is_exact=True)
    held_out = _held_out(runs, test)
    recordings = held_out[:: max(1, len(held_out) // clips)][:clips]
    print(
        f"{'':22}{'width':>6}{'frames':>10}{'samples':>9}{'apart':>10}{'made':>7}{'near':>7}{'differs':>9}"
        f"{'nats':>9}{'8 bits':>9}{'worse':>10}{'KL':>10}"
    )
    for run in runs:
        prepared = _clips(run, recordings, cache)
        _print_row(run, foretell(run.model, prepared), make_twice(run.model, prepared[0]))
    print(f"{'goal':22}{'':16}{'10000':>9}{_GOALS['apart']:>10}{'':34}{_GOALS['worse']:>16}")


if __name__ == "__main__":
    sys.exit(main())
