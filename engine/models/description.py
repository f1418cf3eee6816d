"""`model.json`: what a checkpoint's weights are, what made them, and how well they do."""

from __future__ import annotations

import json
import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from engine.errors import UserFacingError

DESCRIPTION_FILE = "model.json"
SCHEMA = "foley.model"
VERSION = 1


class CheckpointError(UserFacingError):
    """A checkpoint is missing, damaged, of another network, or can't be written."""


@dataclass(frozen=True, slots=True)
class ModelDescription:
    """Everything about a checkpoint except its weights.

    Attributes
    ----------
    network
        Which network, by the name its file in `engine/models` gives.
    config, features
        The network's settings and those of the features it looks at, as plain values.
    classes
        The words each of its outputs stands for, by output.
    git_commit
        The commit that trained it, "+" behind it when files had been changed; "" when unknown.
    data_sha256
        Digest of the list of what it was trained on.
    metrics
        What was measured on validation data, by name.
    """

    network: str
    config: Mapping[str, Any]
    features: Mapping[str, Any] = field(default_factory=dict)
    classes: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    git_commit: str = ""
    data_sha256: str = ""
    metrics: Mapping[str, float] = field(default_factory=dict)


def description_text(description: ModelDescription, weights_sha256: str) -> str:
    """The text of `model.json`.

    Raises
    ------
    CheckpointError
        When a metric or a setting is not a finite number.
    """
    broken = [name for name, value in description.metrics.items() if not math.isfinite(value)]
    if broken:
        raise CheckpointError(
            f"The metric “{broken[0]}” of {description.network} is {description.metrics[broken[0]]}; "
            "a checkpoint keeps finite numbers only."
        )
    values = {
        "schema": SCHEMA,
        "version": VERSION,
        "network": description.network,
        "config": dict(description.config),
        "features": dict(description.features),
        "classes": {name: list(words) for name, words in description.classes.items()},
        "git_commit": description.git_commit,
        "data_sha256": description.data_sha256,
        "metrics": dict(description.metrics),
        "weights_sha256": weights_sha256,
    }
    try:
        return json.dumps(values, indent=1, ensure_ascii=False, allow_nan=False) + "\n"
    except ValueError as error:
        raise CheckpointError(
            f"The settings of {description.network} hold a number that is not finite."
        ) from error


def read_description(folder: Path) -> tuple[ModelDescription, str]:
    """What a checkpoint says about itself, and the SHA-256 its weights must have.

    Raises
    ------
    CheckpointError
        When `model.json` is missing, damaged, or of a newer version.
    """
    path = folder / DESCRIPTION_FILE
    try:
        values = json.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError as error:
        raise CheckpointError(f"“{folder}” is no checkpoint: it holds no {DESCRIPTION_FILE}.") from error
    except (OSError, ValueError) as error:
        raise CheckpointError(f"“{path}” can't be read: {error}.") from error
    if not isinstance(values, dict) or values.get("schema") != SCHEMA:
        raise CheckpointError(f"“{path}” does not describe a model of this program.")
    if values.get("version") != VERSION:
        raise CheckpointError(
            f"“{path}” has version {values.get('version')!r}; this program reads version {VERSION}. "
            "It was probably made by a newer one."
        )
    kinds: dict[str, type] = {
        "network": str,
        "config": dict,
        "features": dict,
        "classes": dict,
        "git_commit": str,
        "data_sha256": str,
        "metrics": dict,
        "weights_sha256": str,
    }
    for name, kind in kinds.items():
        if not isinstance(values.get(name), kind):
            raise CheckpointError(f"“{path}” is damaged: “{name}” is {values.get(name)!r}.")
    description = ModelDescription(
        network=values["network"],
        config=values["config"],
        features=values["features"],
        classes={name: tuple(words) for name, words in values["classes"].items()},
        git_commit=values["git_commit"],
        data_sha256=values["data_sha256"],
        metrics=values["metrics"],
    )
    return description, values["weights_sha256"]
