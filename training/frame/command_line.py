"""What the commands of recipes have in common."""

from __future__ import annotations

import json
import logging
import sys
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import TypeVar

import typer
from rich.console import Console

from engine.errors import UserFacingError
from training.frame.recipe import load_recipe
from training.frame.run_folder import State

FAILED, STOPPED = 1, 130

T = TypeVar("T")


def command_app(text: str) -> typer.Typer:
    """An empty set of commands."""
    return typer.Typer(
        help=text,
        no_args_is_help=True,
        add_completion=False,
        pretty_exceptions_enable=False,
        rich_markup_mode=None,
    )


def recipe_and_folders(kind: type[T], recipes: Path, recipe: str, words: Sequence[str]) -> T:
    """The settings: a recipe by name or path, data sets, and settings that are changed.

    Raises
    ------
    ConfigError
        When a setting is unknown or refused.
    """
    folders = [word for word in words if not word.startswith("-")]
    overrides = [word for word in words if word.startswith("-")]
    if folders:
        overrides.append(f"--data.folders={json.dumps(folders, ensure_ascii=False)}")
    path = Path(recipe) if recipe.endswith(".toml") else recipes / f"{recipe}.toml"
    return load_recipe(kind, path, overrides)


def tell_end(out: Path, train: Callable[[], State]) -> None:
    """Train, and say how it ended."""
    _tell(out, _stoppable(train))


def tell_ends(out: Path, train: Callable[[], Mapping[str, State]]) -> None:
    """Train several networks, and say how each ended; they are in folders of their names."""
    for name, state in _stoppable(train).items():
        _tell(out / name, state)


def _stoppable(train: Callable[[], T]) -> T:
    try:
        return train()
    except KeyboardInterrupt:
        console = Console(stderr=True)
        console.print("Stopped. Add --resume to go on from the last checkpoint.", highlight=False)
        raise typer.Exit(STOPPED) from None


def _tell(out: Path, state: State) -> None:
    Console(stderr=True).print(
        f"Done after {state.step} steps; the best is of step {state.best_step}: {out / 'best'}",
        highlight=False,
        soft_wrap=True,
    )


def run_app(app: typer.Typer) -> None:
    """Run a command; what a person can act on is printed as a sentence."""
    logging.basicConfig(level=logging.INFO, format="%(message)s", stream=sys.stderr)
    try:
        app()
    except UserFacingError as error:
        print(error, file=sys.stderr)
        sys.exit(FAILED)
