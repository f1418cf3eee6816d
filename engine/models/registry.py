"""Detectors by name: those that ship with the program, and those the user's own material taught.

Each is a checkpoint (`engine.models.checkpoint`) in a folder of its name, perhaps with an `origin.json`
beside it. Nothing here loads a network, so that a list of detectors costs next to nothing.
"""

from __future__ import annotations

import shutil
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from engine.bundled import bundled_models_folder
from engine.errors import UserFacingError
from engine.models.description import DESCRIPTION_FILE, CheckpointError, ModelDescription, read_description
from engine.models.detector_names import is_name, why_no_name
from engine.models.origin import ORIGIN_FILE, Origin, read_origin
from engine.models.whole_folder import whole_folder
from engine.project.durable import flush_folder, name_beside, reason
from engine.user_folders import models_folder

if TYPE_CHECKING:
    from torch import Tensor

ModelKind = Literal["bundled", "user", "built-in"]

HIT_NET_NAME = "hit-net"
"""The detector that ships with the program, and the network (`engine.models.hit_net`) of all of them."""

BUILT_IN_NAMES = ("motion-baseline", "sound-onsets")
"""Detectors that are code alone; no user's detector can have their names."""

_PREVIOUS = "~"


@dataclass(frozen=True, slots=True)
class ModelEntry:
    """What a list of detectors says about one.

    Attributes
    ----------
    name
        By which it is chosen.
    kind
        Whether it ships with the program, is the user's, or is code alone.
    folder
        Of its checkpoint; None for code.
    size_bytes
        Of its files.
    origin
        What it is and was made from.
    metrics
        What was measured, by name.
    threshold
        The confidence from which it counts a moment as a hit; None where only loading it tells.
    problem
        A sentence when it can't be used; "" when it can, as far as can be seen without loading it.
    """

    name: str
    kind: ModelKind
    folder: Path | None = None
    size_bytes: int = 0
    origin: Origin = field(default_factory=Origin)
    metrics: Mapping[str, float] = field(default_factory=dict)
    threshold: float | None = None
    problem: str = ""


def bundled_models() -> tuple[ModelEntry, ...]:
    """The networks that ship with the program and find hits, by name."""
    return tuple(_entries(bundled_models_folder(), "bundled"))


def user_models() -> tuple[ModelEntry, ...]:
    """The user's detectors by name, broken ones too, so that they can be deleted."""
    return tuple(_entries(models_folder(), "user"))


def find_model(name: str) -> Path:
    """The folder of a detector's checkpoint; what ships with the program comes first.

    Raises
    ------
    UserFacingError
        When there is none.
    """
    if _is_bundled(name):
        return bundled_models_folder() / name
    if is_name(name):
        folder = whole_folder(models_folder() / name)
        if (folder / DESCRIPTION_FILE).is_file():
            return folder
    raise UserFacingError(f"There is no detector called “{name}”.")


def require_free_name(name: str) -> None:
    """Refuse what can't be the name of a new detector of the user's.

    Raises
    ------
    UserFacingError
        When it is no name for a folder, or taken.
    """
    if not is_name(name):
        raise UserFacingError(why_no_name(name))
    lowered = name.casefold()
    reserved = (*BUILT_IN_NAMES, HIT_NET_NAME, *(entry.name for entry in bundled_models()))
    if lowered in {other.casefold() for other in reserved}:
        raise UserFacingError(f"“{name}” is the name of a detector that ships with the program.")
    if lowered in {entry.name.casefold() for entry in user_models()}:
        raise UserFacingError(f"There is a detector called “{name}” already.")


def save_user_model(
    name: str,
    weights: Mapping[str, Tensor],
    description: ModelDescription,
    origin: Origin,
    *,
    replaces: bool = False,
) -> Path:
    """Keep a detector of the user's, in one piece: it is whole on the disk, or not there.

    Parameters
    ----------
    name
        See `require_free_name`.
    weights
        The network's `state_dict()`.
    description, origin
        What it is, and where it came from.
    replaces
        Whether it may take the place of a detector of the user's that has this name.

    Returns
    -------
    Path
        Its folder.

    Raises
    ------
    UserFacingError
        When the name can't be had, or the disk refuses.
    """
    from engine.models.checkpoint import save_checkpoint

    if not (replaces and any(entry.name == name for entry in user_models())):
        require_free_name(name)
    folder = models_folder() / name
    save_checkpoint(folder, weights, description, {ORIGIN_FILE: origin.to_bytes()})
    return folder


def rename_user_model(name: str, to: str) -> None:
    """Give a detector of the user's another name.

    Raises
    ------
    UserFacingError
        When there is none of this name, the new one can't be had, or the disk refuses.
    """
    folder = _user_folder(name)
    if to.casefold() != name.casefold():
        require_free_name(to)
    elif not is_name(to):
        raise UserFacingError(f"A detector can't be called “{to}”.")
    if to != name:
        _move(folder, models_folder() / to, f"The detector “{name}” can't be renamed")


def delete_user_model(name: str) -> None:
    """Delete a detector of the user's.

    Raises
    ------
    UserFacingError
        When there is none of this name, or the disk refuses.
    """
    folder = _user_folder(name)
    # Out of the list at once and whole, then gone: a crash in between leaves no half detector.
    leaving = name_beside(folder)
    _move(folder, leaving, f"The detector “{name}” can't be deleted")
    shutil.rmtree(leaving, ignore_errors=True)
    shutil.rmtree(folder.with_name(name + _PREVIOUS), ignore_errors=True)


def _user_folder(name: str) -> Path:
    if any(entry.name == name for entry in user_models()):
        return whole_folder(models_folder() / name)
    if _is_bundled(name) or name in BUILT_IN_NAMES:
        raise UserFacingError(f"“{name}” ships with the program; only your own detectors can be changed.")
    raise UserFacingError(f"There is no detector of yours called “{name}”.")


def _move(folder: Path, to: Path, failure: str) -> None:
    try:
        folder.rename(to)
        flush_folder(to.parent)
    except OSError as error:
        raise UserFacingError(f"{failure}: {reason(error)}.") from error


def _is_bundled(name: str) -> bool:
    return any(entry.name == name for entry in bundled_models())


def _entries(parent: Path, kind: ModelKind) -> Iterator[ModelEntry]:
    """The checkpoints in a folder by name; a killed writer's leftovers are none."""
    try:
        names = {folder.name.removesuffix(_PREVIOUS) for folder in parent.iterdir() if folder.is_dir()}
    except OSError:
        return
    for name in sorted(filter(is_name, names), key=str.casefold):
        folder = whole_folder(parent / name)
        try:
            description = read_description(folder)[0]
        except CheckpointError as error:
            yield _entry(name, kind, folder, problem=str(error))
            continue
        if description.network == HIT_NET_NAME:
            yield _entry(name, kind, folder, description)


def _entry(
    name: str,
    kind: ModelKind,
    folder: Path,
    description: ModelDescription | None = None,
    problem: str = "",
) -> ModelEntry:
    size_bytes = sum(file.stat().st_size for file in folder.iterdir() if file.is_file())
    picking = description.config.get("picking") if description is not None else None
    threshold = picking.get("threshold") if isinstance(picking, Mapping) else None
    return ModelEntry(
        name,
        kind,
        folder,
        size_bytes,
        read_origin(folder),
        description.metrics if description is not None else {},
        float(threshold) if isinstance(threshold, int | float) else None,
        problem,
    )
