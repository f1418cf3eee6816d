"""Detectors by name: listed, kept, renamed, deleted; nothing half, nothing of the program's own."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest
import torch

from engine.errors import UserFacingError
from engine.models import registry
from engine.models.description import CheckpointError, ModelDescription
from engine.models.origin import Origin, read_origin
from engine.models.registry import (
    delete_user_model,
    find_model,
    rename_user_model,
    require_free_name,
    save_user_model,
    user_models,
)

WEIGHTS = {"scale": torch.ones(3)}
ORIGIN = Origin("Learned from my corrections", "12 hits of 2 projects", "hit-net", "2026-05-31")


def description(network: str = "hit-net") -> ModelDescription:
    return ModelDescription(network, {}, metrics={"f1_50ms": 0.75})


@pytest.fixture(autouse=True)
def folders(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setattr(registry, "models_folder", lambda: tmp_path / "user")
    monkeypatch.setattr(registry, "bundled_models_folder", lambda: tmp_path / "bundled")
    return tmp_path


def test_what_is_kept_is_listed_with_its_origin_and_numbers(folders: Path) -> None:
    assert user_models() == ()
    folder = save_user_model("Feet indoors", WEIGHTS, description(), ORIGIN)
    save_user_model("Ähren 2", WEIGHTS, description(), Origin())
    second, first = sorted(user_models(), key=lambda entry: entry.name, reverse=True)
    assert (first.name, first.kind, first.folder) == ("Feet indoors", "user", folder)
    assert (first.origin, first.metrics, first.problem) == (ORIGIN, {"f1_50ms": 0.75}, "")
    assert first.size_bytes == sum(file.stat().st_size for file in folder.iterdir())
    assert (second.name, second.origin) == ("Ähren 2", Origin())
    assert find_model("Feet indoors") == folders / "user" / "Feet indoors"


def test_a_detector_is_renamed_and_deleted(folders: Path) -> None:
    save_user_model("feet", WEIGHTS, description(), ORIGIN)
    rename_user_model("feet", "Feet")
    rename_user_model("Feet", "doors")
    assert [entry.name for entry in user_models()] == ["doors"]
    assert read_origin(find_model("doors")) == ORIGIN
    delete_user_model("doors")
    assert user_models() == ()
    assert list((folders / "user").iterdir()) == []
    with pytest.raises(UserFacingError, match="no detector called “doors”"):
        find_model("doors")


@pytest.mark.parametrize(
    "name", ["", " feet", "feet ", "feet.", ".feet", "a/b", "a\\b", "c:", "../up", "x" * 61, "feet~", "a\nb"]
)
def test_what_is_no_name_is_refused(name: str) -> None:
    with pytest.raises(UserFacingError, match="can't be called"):
        require_free_name(name)
    with pytest.raises(UserFacingError, match="no detector called"):
        find_model(name)


@pytest.mark.parametrize("name", ["hit-net", "Hit-Net", "motion-baseline", "sound-onsets", "other"])
def test_the_programs_own_names_are_taken(folders: Path, name: str) -> None:
    (folders / "bundled").mkdir()
    kept = save_user_model("mine", WEIGHTS, description(), ORIGIN)
    kept.rename(folders / "bundled" / "other")
    with pytest.raises(UserFacingError, match="ships with the program"):
        require_free_name(name)


def test_what_ships_comes_first_and_can_not_be_deleted(folders: Path) -> None:
    (folders / "bundled").mkdir()
    for name in ("hit-net", "sound-net"):
        network = "hit-net" if name == "hit-net" else "something-else"
        save_user_model("mine", WEIGHTS, description(network), ORIGIN).rename(folders / "bundled" / name)
    assert [entry.name for entry in registry.bundled_models()] == ["hit-net"]
    assert find_model("hit-net") == folders / "bundled" / "hit-net"
    with pytest.raises(UserFacingError, match="only your own detectors"):
        delete_user_model("hit-net")
    with pytest.raises(UserFacingError, match="only your own detectors"):
        rename_user_model("motion-baseline", "mine")


def test_a_name_is_taken_whatever_its_case() -> None:
    save_user_model("Feet", WEIGHTS, description(), ORIGIN)
    with pytest.raises(UserFacingError, match="already"):
        save_user_model("feet", WEIGHTS, description(), ORIGIN)
    with pytest.raises(UserFacingError, match="already"):
        save_user_model("Feet", WEIGHTS, description(), ORIGIN)
    save_user_model("Feet", WEIGHTS, description(), Origin(title="again"), replaces=True)
    assert [entry.origin.title for entry in user_models()] == ["again"]


def test_a_broken_detector_is_listed_with_what_is_wrong_and_can_be_deleted(folders: Path) -> None:
    save_user_model("feet", WEIGHTS, description(), ORIGIN)
    (folders / "user" / "feet" / "model.json").write_text("{")
    (folders / "user" / "feet" / "origin.json").write_text("[]")
    [entry] = user_models()
    assert "can't be read" in entry.problem
    delete_user_model("feet")
    assert user_models() == ()


def test_a_crash_between_the_renames_of_a_save_loses_nothing(folders: Path) -> None:
    save_user_model("feet", WEIGHTS, description(), ORIGIN)
    (folders / "user" / "feet").rename(folders / "user" / "feet~")
    (folders / "user" / ".feet.01234567.saving").mkdir()
    assert [entry.name for entry in user_models()] == ["feet"]
    assert find_model("feet").name == "feet~"
    delete_user_model("feet")
    assert user_models() == ()


def test_weights_that_are_not_finite_are_not_kept(folders: Path) -> None:
    with pytest.raises(CheckpointError):
        save_user_model("feet", {"scale": torch.tensor([float("nan")])}, description(), ORIGIN)
    assert user_models() == ()


def test_a_list_of_detectors_loads_no_torch() -> None:
    code = "import sys, engine.models.registry as r; r.user_models(); print('torch' in sys.modules)"
    ended = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert ended.stdout.strip() == "False"
