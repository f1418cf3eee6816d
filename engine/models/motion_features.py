"""The motion around moments of a film, described by the network of stacked flow, for generators of sound."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray

from engine.features.flow_fields import flow_fields
from engine.job import SILENT_JOB, Job
from engine.media.decode import iter_frames
from engine.models.flow_net import FlowModel, load_flow_model, stacks_of

_TOGETHER = 16


@dataclass(frozen=True, slots=True, eq=False)
class MotionDescriber:
    """Says what moves around moments.

    Parameters
    ----------
    model
        The network of stacked flow.
    """

    model: FlowModel

    @property
    def features(self) -> int:
        """How many numbers describe a motion."""
        return self.model.config.features

    @property
    def version(self) -> str:
        """Changes whenever what is said changes."""
        return self.model.version

    def read(
        self, path: Path, rate_hz: float, first: int = 0, job: Job = SILENT_JOB
    ) -> Iterator[NDArray[np.float32]]:
        """The motion around the moments number `first`, `first` + 1, ... of a clock, (features,) each.

        It never ends: after the film nothing moves. The film is read once, and memory stays flat.

        Parameters
        ----------
        rate_hz
            Of the clock; moment n is at n / rate_hz.
        job
            Checked for cancellation before every picture.

        Raises
        ------
        MediaError
            When the film can't be read.
        """
        number = first
        fields = _Fields(self.model, path, self._start_of(first, rate_hz), job)
        while True:
            # The network is asked about several moments at once, as long as the film does not have to be
            # read far ahead for it.
            starts = np.array([self._start_of(n, rate_hz) for n in range(number, number + _TOGETHER)])
            yield from self.describe(fields.stacks(starts))
            number += _TOGETHER

    @torch.inference_mode()
    def describe(self, stacks: NDArray[np.floating]) -> NDArray[np.float32]:
        """Stacks (n, 2 * steps, rows, columns) to (n, features)."""
        return self.model.network.features(torch.from_numpy(stacks)).numpy()

    def _start_of(self, number: int, rate_hz: float) -> int:
        """Number of the first field of the stack around a moment."""
        config = self.model.config
        return round(number / rate_hz * config.fields.rate_hz) - config.steps // 2 + 1


def load_motion_describer(folder: Path | None = None) -> MotionDescriber:
    """The describer that ships with the program, or that of the checkpoint in a folder.

    Raises
    ------
    CheckpointError, ConfigError
        As `load_flow_model` does.
    """
    return MotionDescriber(load_flow_model(folder))


class _Fields:
    """The fields of a film from one number on; those before its beginning and after its end are still."""

    def __init__(self, model: FlowModel, path: Path, first: int, job: Job) -> None:
        config = model.config.fields
        self._steps = model.config.steps
        self._still = np.zeros((2, *config.shape), np.float32)
        begin = max(0, first - config.warm_steps)
        frames = iter_frames(
            path, size=(config.width, config.height), gray=True, start_s=begin / config.rate_hz, job=job
        )
        self._ahead = flow_fields(frames, config, begin)
        self._first, self._next = begin, begin
        self._kept: list[NDArray[np.float32]] = []

    def stacks(self, starts: NDArray[np.integer]) -> NDArray[np.float32]:
        """Stacks that begin with these fields, in order; earlier ones are not asked for again."""
        first, end = int(starts[0]), int(starts[-1]) + self._steps
        while self._next < end:
            self._kept.append(next(self._ahead, self._still))
            self._next += 1
        dropped = max(0, first - self._first)
        del self._kept[:dropped]
        self._first += dropped
        before = [self._still] * max(0, self._first - first)
        return stacks_of(np.stack([*before, *self._kept]), starts - first, self._steps)
