"""Strict JSON for dataclasses: one declaration says how a field is written, read and checked.

A *codec* turns a value into JSON and back. Both directions check, so that a document with a value that
could not be read again is never written. Errors carry the path to the wrong value.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass, fields
from fractions import Fraction
from operator import attrgetter
from typing import Any, Generic, TypeVar

from engine.errors import FoleyError

T = TypeVar("T")

MAX_WHOLE = 2**47
"""The largest position or length: 93 years at 48 kHz, and safe in every 64-bit array."""


class ShapeError(FoleyError):
    """A value has the wrong type or lies out of range; `where` is the path to it."""

    def __init__(self, problem: str, where: str = "") -> None:
        super().__init__(problem)
        self.problem = problem
        self.where = where

    def inside(self, name: str) -> ShapeError:
        """The same error seen from one level further out."""
        return ShapeError(self.problem, f"{name}, {self.where}" if self.where else name)

    def __str__(self) -> str:
        return f"{self.where} {self.problem}" if self.where else self.problem


@dataclass(frozen=True, slots=True)
class Codec(Generic[T]):
    """How one kind of value becomes JSON (`write`) and comes back (`read`); both raise `ShapeError`."""

    write: Callable[[T], Any]
    read: Callable[[Any], T]


def _shown(value: object) -> str:
    text = repr(value)
    return text if len(text) <= 40 else text[:37] + "..."


def text(*, may_be_empty: bool = True) -> Codec[str]:
    """A string."""

    def check(value: Any) -> str:
        if value.__class__ is not str:
            raise ShapeError(f"must be a text, not {_shown(value)}")
        if not value and not may_be_empty:
            raise ShapeError("must not be empty")
        return value

    return Codec(check, check)


def choice(*allowed: str) -> Codec[Any]:
    """One of a few words."""
    words = frozenset(allowed)

    def check(value: Any) -> str:
        if value.__class__ is not str or value not in words:
            raise ShapeError(f"must be one of {', '.join(allowed)}, not {_shown(value)}")
        return value

    return Codec(check, check)


def flag() -> Codec[bool]:
    """True or false."""

    def check(value: Any) -> bool:
        if value is not True and value is not False:
            raise ShapeError(f"must be true or false, not {_shown(value)}")
        return value

    return Codec(check, check)


def whole(least: int = 0, most: int = MAX_WHOLE) -> Codec[int]:
    """A whole number in a closed range."""

    def check(value: Any) -> int:
        if value.__class__ is not int or not least <= value <= most:
            raise ShapeError(f"must be a whole number from {least} to {most}, not {_shown(value)}")
        return value

    return Codec(check, check)


def number(least: float, most: float) -> Codec[float]:
    """A finite number in a closed range; read back as `float`."""

    def check(value: Any) -> float:
        if value.__class__ is not float:
            if value.__class__ is not int:
                raise ShapeError(f"must be a number from {least:g} to {most:g}, not {_shown(value)}")
            value = float(value) if abs(value) <= MAX_WHOLE else math.inf
        if not least <= value <= most:
            raise ShapeError(f"must be a number from {least:g} to {most:g}, not {_shown(value)}")
        return value

    return Codec(check, check)


def fraction() -> Codec[Fraction]:
    """A positive fraction, written "30000/1001"."""

    def write(value: Any) -> str:
        if not isinstance(value, Fraction) or value <= 0:
            raise ShapeError(f"must be a positive fraction, not {_shown(value)}")
        return str(value)

    def read(value: Any) -> Fraction:
        if value.__class__ is not str or not value.replace("/", "", 1).isdecimal() or len(value) > 30:
            raise ShapeError(f"must be a fraction such as 30000/1001, not {_shown(value)}")
        above, _, below = value.partition("/")
        if not above or int(above) == 0 or (below and int(below) == 0):
            raise ShapeError(f"must be a positive fraction, not {_shown(value)}")
        return Fraction(int(above), int(below or 1))

    return Codec(write, read)


def optional(codec: Codec[T]) -> Codec[T | None]:
    """The value, or null."""
    inner_write, inner_read = codec.write, codec.read
    return Codec(
        lambda value: None if value is None else inner_write(value),
        lambda value: None if value is None else inner_read(value),
    )


def sequence(codec: Codec[T], name: str, *, least: int = 0) -> Codec[tuple[T, ...]]:
    """A tuple, written as a list; `name` is what one entry is called in an error ("hit")."""

    def convert(values: Sequence[Any], one: Callable[[Any], Any]) -> list[Any]:
        if len(values) < least:
            raise ShapeError(f"must have at least {least} {name}")
        converted: list[Any] = []
        try:
            for value in values:
                converted.append(one(value))
        except ShapeError as error:
            raise error.inside(f"{name} {len(converted) + 1}") from None
        return converted

    def write(values: Any) -> list[Any]:
        if values.__class__ is not tuple:
            raise ShapeError(f"must be a tuple, not {_shown(values)}")
        return convert(values, codec.write)

    def read(values: Any) -> tuple[T, ...]:
        if values.__class__ is not list:
            raise ShapeError(f"must be a list, not {_shown(values)}")
        return tuple(convert(values, codec.read))

    return Codec(write, read)


def plain_numbers(kind: type[int] | type[float], least: float, most: float) -> Codec[tuple[Any, ...]]:
    """A long tuple of plain numbers, checked at the speed of built-in functions."""
    kind_name = "whole numbers" if kind is int else "numbers"

    def check(values: Sequence[Any]) -> None:
        if not values:
            return
        if not set(map(type, values)) <= {kind}:
            raise ShapeError(f"must hold {kind_name} only")
        # A NaN makes min and max depend on the order, so it is looked for by itself.
        if not all(map(math.isfinite, values)) or min(values) < least or max(values) > most:
            raise ShapeError(f"must hold {kind_name} from {least:g} to {most:g} only")

    def write(values: Any) -> list[Any]:
        if values.__class__ is not tuple:
            raise ShapeError(f"must be a tuple, not {_shown(values)}")
        check(values)
        return list(values)

    def read(values: Any) -> tuple[Any, ...]:
        if values.__class__ is not list:
            raise ShapeError(f"must be a list, not {_shown(values)}")
        check(values)
        return tuple(values)

    return Codec(write, read)


def parameters() -> Codec[tuple[tuple[str, Any], ...]]:
    """Named plain values, written as an object; their order is kept."""

    def check(name: Any, value: Any) -> None:
        if name.__class__ is not str or not name:
            raise ShapeError("must have non-empty texts as names")
        if value.__class__ not in (str, int, float, bool) or (
            value.__class__ is float and not math.isfinite(value)
        ):
            raise ShapeError("must be a text, a finite number, true or false", name)

    def write(pairs: Any) -> dict[str, Any]:
        if pairs.__class__ is not tuple or any(len(pair) != 2 for pair in pairs):
            raise ShapeError(f"must be a tuple of names and values, not {_shown(pairs)}")
        for name, value in pairs:
            check(name, value)
        named = dict(pairs)
        if len(named) != len(pairs):
            raise ShapeError("must not have a name twice")
        return named

    def read(named: Any) -> tuple[tuple[str, Any], ...]:
        if named.__class__ is not dict:
            raise ShapeError(f"must be an object, not {_shown(named)}")
        for name, value in named.items():
            check(name, value)
        return tuple(named.items())

    return Codec(write, read)


def shape(kind: type[T], **codecs: Codec[Any]) -> Codec[T]:
    """A dataclass, written as an object with exactly its fields.

    Raises
    ------
    TypeError
        When the declaration does not name the dataclass's fields in their order: a field added to the
        document without a word here would be lost by every save.
    """
    names = tuple(codecs)
    declared = tuple(field.name for field in fields(kind))  # pyright: ignore[reportArgumentType]
    if names != declared:
        raise TypeError(f"{kind.__name__} has the fields {declared}, its shape {names}")
    name_set = frozenset(names)
    values_of = attrgetter(*names)
    writers = tuple((name, codec.write) for name, codec in codecs.items())
    readers = tuple((name, codec.read) for name, codec in codecs.items())

    def write(value: Any) -> dict[str, Any]:
        if value.__class__ is not kind:
            raise ShapeError(f"must be a {kind.__name__}, not {_shown(value)}")
        written: dict[str, Any] = {}
        name = ""
        try:
            for (name, one), part in zip(writers, values_of(value), strict=True):
                written[name] = one(part)
        except ShapeError as error:
            raise error.inside(name) from None
        return written

    def read(value: Any) -> T:
        if value.__class__ is not dict:
            raise ShapeError(f"must be an object, not {_shown(value)}")
        if value.keys() != name_set:
            missing, unknown = name_set - value.keys(), value.keys() - name_set
            raise ShapeError(
                f"lacks “{min(missing)}”" if missing else f"has the unknown entry “{_shown(min(unknown))}”"
            )
        name = ""
        parts: list[Any] = []
        try:
            for name, one in readers:
                parts.append(one(value[name]))
        except ShapeError as error:
            raise error.inside(name) from None
        return kind(*parts)

    return Codec(write, read)
