"""Recipes: a TOML file with the settings of a run, and `--group.name=value` to change some of them."""

from __future__ import annotations

import tomllib
from collections.abc import Sequence
from pathlib import Path
from typing import Any, Literal, TypeVar, get_args, get_origin

from engine.models.plain_config import ConfigError, field_kind, from_plain

T = TypeVar("T")


def load_recipe(kind: type[T], path: Path, overrides: Sequence[str] = ()) -> T:
    """Read a recipe.

    Parameters
    ----------
    kind
        A frozen dataclass of settings and of such dataclasses.
    path
        The TOML file; what it leaves out keeps its default.
    overrides
        Each "--name=value" or "--group.name=value". A value is written as in TOML, and a text may go
        without its quotes.

    Raises
    ------
    ConfigError
        When the file can't be read, a name is unknown, or a value has the wrong type or is refused.
    """
    try:
        values = tomllib.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError as error:
        raise ConfigError(f"There is no recipe “{path}”.{_beside(path)}") from error
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise ConfigError(f"The recipe “{path}” can't be read: {error}.") from error
    for override in overrides:
        _override(kind, values, override)
    return from_plain(kind, values)


def _beside(path: Path) -> str:
    others = sorted(other.stem for other in path.parent.glob("*.toml"))
    return f" There are {', '.join(others)}." if others else ""


def _override(kind: type, values: dict[str, Any], override: str) -> None:
    name, is_given, text = override.removeprefix("--").partition("=")
    if not override.startswith("--") or not is_given or not name:
        raise ConfigError(f"“{override}” changes nothing; a setting is given as --group.name=value.")
    declared = field_kind(kind, name)
    *groups, last = name.split(".")
    for group in groups:
        values = values.setdefault(group, {})
        if not isinstance(values, dict):
            raise ConfigError(f"“{group}” is a group of settings, not {values!r}.")
    values[last] = _value(text, declared)


def _value(text: str, declared: Any) -> Any:
    try:
        return tomllib.loads(f"value = {text}")["value"]
    except tomllib.TOMLDecodeError:
        if text == "none" and type(None) in get_args(declared):
            return None
        if _takes_text(declared):
            return text
        raise ConfigError(f"The value “{text}” can't be read as TOML.") from None


def _takes_text(declared: Any) -> bool:
    if get_origin(declared) is Literal:
        return any(isinstance(word, str) for word in get_args(declared))
    return declared in (str, Path) or any(_takes_text(choice) for choice in get_args(declared))
