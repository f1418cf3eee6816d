"""What a person sees of a run: a bar in the terminal, and curves in TensorBoard."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from types import TracebackType
from typing import Any

from rich.console import Console
from rich.progress import (
    BarColumn,
    MofNCompleteColumn,
    Progress,
    TextColumn,
    TimeElapsedColumn,
    TimeRemainingColumn,
)

from engine.errors import UserFacingError

_SMOOTHING = 0.9


class Shown:
    """A run on show, as a context; where nothing is to be shown it does nothing.

    Parameters
    ----------
    folder
        The run's folder; TensorBoard's logs go to `tensorboard/` in it.
    first_step, steps
        Where the run begins or goes on, and where it ends.
    tensorboard
        Whether to write those logs.
    is_on
        False in every process but the first.

    Raises
    ------
    UserFacingError
        When TensorBoard is asked for and not installed.
    """

    def __init__(self, folder: Path, first_step: int, steps: int, *, tensorboard: bool, is_on: bool) -> None:
        self._is_on = is_on
        self._smooth_loss: float | None = None
        self._console = Console(stderr=True, quiet=not is_on)
        self._bar = Progress(
            TextColumn("{task.description}"),
            BarColumn(),
            MofNCompleteColumn(),
            TimeElapsedColumn(),
            TimeRemainingColumn(),
            console=self._console,
            disable=not is_on or not self._console.is_terminal,
            transient=True,
        )
        self._job = self._bar.add_task("training", total=steps, completed=first_step)
        self._writer = _writer(folder / "tensorboard", first_step) if is_on and tensorboard else None

    def __enter__(self) -> Shown:
        self._bar.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._bar.stop()
        if self._writer is not None:
            self._writer.close()

    def advance(self, step: int) -> None:
        """A step is done."""
        self._bar.update(self._job, completed=step)

    def point(self, step: int, losses: Mapping[str, float], rate: float, gradient: float) -> None:
        """A point of the training curve: losses by name, learning rate and length of the gradient."""
        before = self._smooth_loss if self._smooth_loss is not None else losses["loss"]
        self._smooth_loss = _SMOOTHING * before + (1 - _SMOOTHING) * losses["loss"]
        self._bar.update(self._job, description=f"loss {self._smooth_loss:.4f}")
        self._write("training", {**losses, "learning_rate": rate, "gradient": gradient}, step)

    def validation(self, step: int, metrics: Mapping[str, float], *, is_best: bool) -> None:
        """What a validation gave."""
        numbers = "  ".join(f"{name} {value:.4g}" for name, value in metrics.items())
        self._console.print(
            f"step {step}: {numbers}{'  (best)' if is_best else ''}", highlight=False, soft_wrap=True
        )
        self._write("validation", metrics, step)

    def say(self, text: str) -> None:
        """A line for the person who watches."""
        self._console.print(text, highlight=False, soft_wrap=True)

    def _write(self, group: str, numbers: Mapping[str, float], step: int) -> None:
        if self._writer is not None:
            for name, value in numbers.items():
                self._writer.add_scalar(f"{group}/{name}", value, step)


def _writer(folder: Path, first_step: int) -> Any:
    try:
        from torch.utils.tensorboard import SummaryWriter
    except ImportError as error:
        raise UserFacingError(
            "TensorBoard is not installed; install the dependency group “train”, or train without its logs: "
            "--loop.tensorboard=false."
        ) from error
    # Points that a killed run wrote beyond its last checkpoint are dropped.
    return SummaryWriter(str(folder), purge_step=first_step + 1)
