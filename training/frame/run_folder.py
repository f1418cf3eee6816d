"""The folder of a run: `latest/` and `best/` checkpoints, the curve, and TensorBoard's logs.

`latest/` holds, beside the checkpoint itself, what it takes to go on as if nothing had happened:
`optimiser.safetensors` and `training.json`. `curve.jsonl` has one line per point of the curve; a resumed run
cuts off what lies beyond the checkpoint it goes on from.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from torch import Tensor

from engine.errors import UserFacingError
from engine.models.checkpoint import (
    load_checkpoint,
    require_finite,
    save_checkpoint,
    tensor_bytes,
    tensors_of,
)
from engine.models.description import CheckpointError, ModelDescription
from engine.models.whole_folder import remove_unfinished, whole_folder
from engine.project.durable import reason, write_beside
from training.frame.loop_config import HARMLESS_TO_CHANGE

_OPTIMISER_FILE, _TRAINING_FILE = "optimiser.safetensors", "training.json"


@dataclass(slots=True)
class State:
    """How far a run is.

    Attributes
    ----------
    step
        Steps done.
    best, best_step
        The deciding number of the best validation, and after how many steps it was; None before the first.
    worse_validations
        How many validations have gone by since.
    metrics
        The last validation.
    """

    step: int = 0
    best: float | None = None
    best_step: int = 0
    worse_validations: int = 0
    metrics: dict[str, float] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Restored:
    """What a run goes on from."""

    state: State
    weights: Mapping[str, Tensor]
    optimiser: Mapping[str, Tensor]


class RunFolder:
    """Where a run keeps what it makes; one process writes.

    Parameters
    ----------
    folder
        Made when it is not there.
    recipe
        All settings of the run as plain values; the loop's under "loop".
    """

    def __init__(self, folder: Path, recipe: Mapping[str, Any]) -> None:
        self.folder = folder
        self._recipe = recipe
        self._latest, self._best, self._curve = folder / "latest", folder / "best", folder / "curve.jsonl"

    def open(self, *, resume: bool) -> Restored | None:
        """Begin, or find what to go on from; None at the beginning of a run.

        Raises
        ------
        UserFacingError
            When a run is there and nobody said to go on with it, or it had other settings; when the folder
            can't be written.
        """
        try:
            self.folder.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise UserFacingError(f"The folder “{self.folder}” can't be made: {reason(error)}.") from error
        for checkpoint in (self._latest, self._best):
            remove_unfinished(checkpoint)
        if not whole_folder(self._latest).exists():
            self._cut_curve(0)
            return None
        if not resume:
            raise UserFacingError(
                f"“{self.folder}” already holds a run; add --resume to go on with it, or name another folder."
            )
        restored = self._read_latest()
        self._cut_curve(restored.state.step)
        return restored

    def save_latest(
        self,
        weights: Mapping[str, Tensor],
        optimiser: Mapping[str, Tensor],
        state: State,
        description: ModelDescription,
    ) -> None:
        """Write `latest/`, from which a run can go on.

        Raises
        ------
        CheckpointError
            When the disk refuses or a weight is not finite; the one before it stays.
        """
        require_finite(optimiser, "The optimiser's state")
        contents = tensor_bytes(optimiser)
        training = {
            "state": asdict(state),
            "recipe": self._recipe,
            "optimiser_sha256": hashlib.sha256(contents).hexdigest(),
        }
        text = json.dumps(training, indent=1, allow_nan=False) + "\n"
        more = {_OPTIMISER_FILE: contents, _TRAINING_FILE: text.encode()}
        save_checkpoint(self._latest, weights, description, more)

    def save_best(self, weights: Mapping[str, Tensor], description: ModelDescription) -> None:
        """Write `best/`; it raises as `save_latest` does."""
        save_checkpoint(self._best, weights, description)

    def log(self, point: Mapping[str, Any]) -> None:
        """Add a point to the curve.

        Raises
        ------
        UserFacingError
            When the disk refuses.
        """
        try:
            with self._curve.open("a", encoding="utf-8") as file:
                file.write(json.dumps(point) + "\n")
        except OSError as error:
            raise UserFacingError(
                f"The curve “{self._curve}” can't be written: {reason(error)}. `latest/` is whole; "
                "add --resume to go on from it."
            ) from error

    def _read_latest(self) -> Restored:
        checkpoint = load_checkpoint(self._latest)
        path = checkpoint.folder / _TRAINING_FILE
        try:
            training = json.loads(path.read_text(encoding="utf-8"))
            contents = (checkpoint.folder / _OPTIMISER_FILE).read_bytes()
            state, recipe = State(**training["state"]), training["recipe"]
            optimiser_sha256 = training["optimiser_sha256"]
        except (OSError, ValueError, KeyError, TypeError) as error:
            raise CheckpointError(f"The run can't go on: “{path}” can't be read: {error}.") from error
        if hashlib.sha256(contents).hexdigest() != optimiser_sha256:
            raise CheckpointError(f"The run can't go on: the optimiser's state beside “{path}” is damaged.")
        self._require_same(recipe)
        return Restored(state, checkpoint.weights, tensors_of(contents, path))

    def _require_same(self, recipe: Mapping[str, Any]) -> None:
        before, now = _flat(recipe), _flat(self._recipe)
        harmless = {f"loop.{name}" for name in HARMLESS_TO_CHANGE}
        changed = sorted(name for name in before.keys() | now.keys() if before.get(name) != now.get(name))
        changed = [name for name in changed if name not in harmless]
        if changed:
            name = changed[0]
            raise UserFacingError(
                f"The run in “{self.folder}” began with {name} = {before.get(name)!r}, and now it is "
                f"{now.get(name)!r}; go on with the same settings, or name another folder."
            )

    def _cut_curve(self, step: int) -> None:
        """Keep the points up to a step; a line that a killed run left unfinished goes too."""
        if not self._curve.exists():
            return
        kept: list[str] = []
        for line in self._curve.read_text(encoding="utf-8").splitlines():
            try:
                if json.loads(line)["step"] <= step:
                    kept.append(line + "\n")
            except ValueError:
                break
        write_beside(self._curve, "".join(kept).encode()).replace(self._curve)


def read_curve(folder: Path) -> list[dict[str, Any]]:
    """The points of a run's curve in order; those of validations have the entry "validation"."""
    text = (folder / "curve.jsonl").read_text(encoding="utf-8")
    return [json.loads(line) for line in text.splitlines()]


def _flat(values: Mapping[str, Any], inside: str = "") -> dict[str, Any]:
    flat: dict[str, Any] = {}
    for name, value in values.items():
        if isinstance(value, Mapping):
            flat |= _flat(value, f"{inside}{name}.")
        else:
            flat[inside + name] = value
    return flat
