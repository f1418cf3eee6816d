"""Frozen dataclasses of settings from plain values and back, strictly: for recipes and for `model.json`.

A field is a number, a text, a truth value, a path, one of a few words (`Literal`), a tuple of those, another
such dataclass, or any of these or None. A name that is no field, and a value of another type, are errors.
"""

from __future__ import annotations

import dataclasses
import difflib
import math
import types
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Literal, TypeVar, Union, get_args, get_origin, get_type_hints

from engine.errors import UserFacingError

T = TypeVar("T")


class ConfigError(UserFacingError):
    """Settings name something that does not exist, or have a value that can't be."""


def from_plain(kind: type[T], values: Mapping[str, Any], *, complete: bool = False, where: str = "") -> T:
    """A dataclass from names and plain values, as TOML and JSON give them.

    Parameters
    ----------
    kind
        The dataclass.
    values
        By the names of its fields; a mapping for a field that is a dataclass itself.
    complete
        Demands every field, as for what was written by `to_plain`; else defaults fill in.
    where
        What the values belong to, dotted; for the error.

    Raises
    ------
    ConfigError
        When a name is unknown or missing, or a value has the wrong type or is refused by the dataclass.
    """
    hints = get_type_hints(kind)
    names = [field.name for field in dataclasses.fields(kind)]  # pyright: ignore[reportArgumentType]
    for name in values:
        if name not in names:
            raise ConfigError(_unknown(_inside(where, name), name, names))
    needed = [
        field.name
        for field in dataclasses.fields(kind)  # pyright: ignore[reportArgumentType]
        if complete or (field.default is dataclasses.MISSING and field.default_factory is dataclasses.MISSING)
    ]
    for name in needed:
        if name not in values:
            raise ConfigError(f"The setting “{_inside(where, name)}” is missing.")
    read = {name: _read(hints[name], value, complete, _inside(where, name)) for name, value in values.items()}
    try:
        return kind(**read)
    except ValueError as error:
        raise ConfigError(f"The settings “{where or kind.__name__}” can't be used: {error}.") from error


def to_plain(config: Any) -> dict[str, Any]:
    """The fields of a dataclass as plain values that JSON can hold; `from_plain` reads them back."""
    return {field.name: _plain(getattr(config, field.name)) for field in dataclasses.fields(config)}


def field_kind(kind: type, dotted: str) -> Any:
    """The declared type of a field, `loop.steps` for one of a dataclass within.

    Raises
    ------
    ConfigError
        When there is none.
    """
    found: Any = kind
    inner = ""
    for name in dotted.split("."):
        if not dataclasses.is_dataclass(found):
            raise ConfigError(f"“{inner}” is a single setting; there is no “{dotted}”.")
        hints = get_type_hints(found)
        if name not in hints:
            raise ConfigError(_unknown(dotted, name, list(hints)))
        found, inner = hints[name], _inside(inner, name)
    return found


def _inside(where: str, name: str) -> str:
    return f"{where}.{name}" if where else name


def _unknown(dotted: str, name: str, names: list[str]) -> str:
    near = difflib.get_close_matches(name, names, 1)
    hint = f"did you mean “{near[0]}”?" if near else f"There are {', '.join(names)}."
    return f"There is no setting “{dotted}”; {hint}" if near else f"There is no setting “{dotted}”. {hint}"


def _plain(value: Any) -> Any:
    if dataclasses.is_dataclass(value):
        return to_plain(value)
    if isinstance(value, tuple):
        return [_plain(part) for part in value]
    return str(value) if isinstance(value, Path) else value


def _read(kind: Any, value: Any, complete: bool, where: str) -> Any:
    """The value as the declared type wants it."""
    origin = get_origin(kind)
    if origin in (Union, types.UnionType):
        return _read_optional(kind, value, complete, where)
    if origin is Literal:
        if not any(value == word and type(value) is type(word) for word in get_args(kind)):
            words = ", ".join(str(word) for word in get_args(kind))
            raise ConfigError(f"The setting “{where}” is one of {words}, not {value!r}.")
        return value
    if origin is tuple:
        return _read_tuple(get_args(kind), value, complete, where)
    if dataclasses.is_dataclass(kind):
        if not isinstance(value, Mapping):
            raise ConfigError(f"“{where}” is a group of settings, not {value!r}.")
        return from_plain(kind, value, complete=complete, where=where)  # pyright: ignore[reportArgumentType]
    return _read_single(kind, value, where)


def _read_optional(kind: Any, value: Any, complete: bool, where: str) -> Any:
    choices = [choice for choice in get_args(kind) if choice is not type(None)]
    if value is None and len(choices) < len(get_args(kind)):
        return None
    if len(choices) != 1:
        raise TypeError(f"{where}: a field is of one type, or of one type or None, not {kind}")
    return _read(choices[0], value, complete, where)


def _read_tuple(kinds: tuple[Any, ...], value: Any, complete: bool, where: str) -> tuple[Any, ...]:
    if not isinstance(value, list | tuple):
        raise ConfigError(f"The setting “{where}” is a list, not {value!r}.")
    if len(kinds) == 2 and kinds[1] is Ellipsis:
        kinds = (kinds[0],) * len(value)
    if len(kinds) != len(value):
        raise ConfigError(f"The setting “{where}” is a list of {len(kinds)}, not of {len(value)}: {value!r}.")
    return tuple(
        _read(kind, part, complete, f"{where}[{number}]")
        for number, (kind, part) in enumerate(zip(kinds, value, strict=True))
    )


_SINGLE: dict[Any, tuple[str, tuple[type, ...]]] = {
    int: ("a whole number", (int,)),
    float: ("a number", (int, float)),
    bool: ("true or false", (bool,)),
    str: ("a text", (str,)),
    Path: ("a path", (str, type(Path()))),
}
"""What a single value is called, and what it may come as; True is no number here, though it is to Python."""


def _read_single(kind: Any, value: Any, where: str) -> Any:
    if kind not in _SINGLE:
        raise TypeError(f"{where}: a field can't be of type {kind}")
    name, wanted = _SINGLE[kind]
    if type(value) not in wanted:
        raise ConfigError(f"The setting “{where}” is {name}, not {value!r}.")
    if kind is float and not math.isfinite(value):
        raise ConfigError(f"The setting “{where}” is a finite number, not {value!r}.")
    return kind(value)
