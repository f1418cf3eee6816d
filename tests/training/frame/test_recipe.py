"""Recipes: TOML and overrides."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal

import pytest

from engine.models.plain_config import ConfigError, to_plain
from training.frame.loop_config import LoopConfig
from training.frame.recipe import load_recipe


@dataclass(frozen=True, slots=True)
class Network:
    width: int = 32
    dilations: tuple[int, ...] = (1, 2)
    pooling: Literal["mean", "largest"] = "mean"
    limit_s: float | None = None


@dataclass(frozen=True, slots=True)
class ToyRecipe:
    note: str = ""
    network: Network = field(default_factory=Network)
    loop: LoopConfig = field(default_factory=LoopConfig)


@pytest.fixture
def path(tmp_path: Path) -> Path:
    path = tmp_path / "small.toml"
    path.write_text('note = "quick"\n[network]\nwidth = 16\nlimit_s = 2\n[loop]\nsteps = 50\n')
    return path


def test_the_file_and_what_is_changed(path: Path):
    overrides = [
        "--loop.learning_rate=1e-4",
        "--loop.tensorboard=false",
        "--network.dilations=[1, 2, 4]",
        "--network.pooling=largest",
        "--network.limit_s=none",
        "--note=with = sign",
    ]
    recipe = load_recipe(ToyRecipe, path, overrides)
    assert recipe.network == Network(16, (1, 2, 4), "largest", None)
    assert recipe.loop == LoopConfig(steps=50, learning_rate=1e-4, tensorboard=False)
    assert recipe.note == "with = sign"
    assert load_recipe(ToyRecipe, path).network.limit_s == 2.0
    assert to_plain(recipe)["network"]["dilations"] == [1, 2, 4]


@pytest.mark.parametrize(
    ("override", "words"),
    [
        ("--loop.stepz=3", "no setting “loop.stepz”; did you mean “steps”"),
        ("--loop.steps=many", "“many” can't be read as TOML"),
        ("--loop.steps=3.5", "“loop.steps” is a whole number, not 3.5"),
        ("--loop.steps=0", "steps is 0, it must be at least 1"),
        ("--loop.learning_rate=-1", "learning_rate is -1, it must be above 0"),
        ("--network.pooling=most", "one of mean, largest, not 'most'"),
        ("--network=3", "“network” is a group of settings"),
        ("--note.more=3", "“note” is a single setting"),
        ("--loop.steps", "“--loop.steps” changes nothing"),
        ("loop.steps=3", "given as --group.name=value"),
    ],
)
def test_what_does_not_fit_is_said(override: str, words: str, path: Path):
    with pytest.raises(ConfigError, match=words):
        load_recipe(ToyRecipe, path, [override])


def test_files_that_can_not_be_read(path: Path):
    with pytest.raises(ConfigError, match=r"no recipe .*large\.toml.*There are small"):
        load_recipe(ToyRecipe, path.with_name("large.toml"))
    path.write_text("[loop\n")
    with pytest.raises(ConfigError, match="can't be read"):
        load_recipe(ToyRecipe, path)
    path.write_text("[lop]\nsteps = 3\n")
    with pytest.raises(ConfigError, match="no setting “lop”; did you mean “loop”"):
        load_recipe(ToyRecipe, path)
