"""Settings from plain values: what is taken, and what is refused with which words."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal

import pytest

from engine.models.plain_config import ConfigError, field_kind, from_plain, to_plain


@dataclass(frozen=True, slots=True)
class Inner:
    width: int = 4
    names: tuple[str, ...] = ("a",)


@dataclass(frozen=True, slots=True)
class Outer:
    rate: float
    kind: Literal["hit", "scratch"] = "hit"
    limit: float | None = None
    is_quick: bool = False
    place: Path = Path("here")
    pair: tuple[int, float] = (1, 2.0)
    inner: Inner = field(default_factory=Inner)

    def __post_init__(self) -> None:
        if self.rate <= 0:
            raise ValueError(f"rate is {self.rate:g}, it must be above 0")


def test_values_are_taken_as_declared():
    config = from_plain(
        Outer,
        {"rate": 3, "limit": 1.5, "pair": [2, 3], "place": "there", "inner": {"names": ["b", "c"]}},
    )
    assert config == Outer(3.0, limit=1.5, pair=(2, 3.0), place=Path("there"), inner=Inner(names=("b", "c")))
    assert type(config.rate) is float


def test_there_and_back():
    config = Outer(0.5, "scratch", None, True, Path("x/y"), (7, 8.5), Inner(9, ()))
    assert from_plain(Outer, to_plain(config), complete=True) == config


@pytest.mark.parametrize(
    ("values", "words"),
    [
        ({"rate": 1.0, "inner": {"widht": 3}}, "no setting “inner.widht”; did you mean “width”"),
        ({"rate": 1.0, "zzz": 3}, "no setting “zzz”. There are rate, kind"),
        ({"rate": True}, "“rate” is a number, not True"),
        ({"rate": float("nan")}, "finite"),
        ({"rate": 1.0, "inner": {"width": 2.0}}, "“inner.width” is a whole number, not 2.0"),
        ({"rate": 1.0, "inner": {"width": True}}, "whole number, not True"),
        ({"rate": 1.0, "is_quick": 1}, "true or false, not 1"),
        ({"rate": 1.0, "kind": "tap"}, "one of hit, scratch, not 'tap'"),
        ({"rate": 1.0, "pair": [1]}, "a list of 2, not of 1"),
        ({"rate": 1.0, "inner": {"names": ["a", 3]}}, "inner.names.1.” is a text"),
        ({"rate": 1.0, "inner": 3}, "group of settings"),
        ({"rate": -1.0}, "rate is -1, it must be above 0"),
        ({}, "“rate” is missing"),
    ],
)
def test_what_does_not_fit_is_said(values: dict[str, object], words: str):
    with pytest.raises(ConfigError, match=words):
        from_plain(Outer, values)


def test_complete_demands_every_field():
    values = to_plain(Outer(1.0))
    del values["inner"]["width"]
    with pytest.raises(ConfigError, match=r"“inner\.width” is missing"):
        from_plain(Outer, values, complete=True)


def test_kinds_of_fields():
    assert field_kind(Outer, "inner.width") is int
    with pytest.raises(ConfigError, match=r"no setting “inner\.depth”"):
        field_kind(Outer, "inner.depth")
    with pytest.raises(ConfigError, match="“rate” is a single setting"):
        field_kind(Outer, "rate.more")
