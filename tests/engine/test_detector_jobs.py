"""The engine's jobs around detectors: analysis by a chosen one, the list of them, renaming, deleting."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch

from engine.analysis.detectors import default_detector
from engine.errors import UserFacingError
from engine.host_jobs import KINDS, QUICK_KINDS
from engine.job import SILENT_JOB
from engine.models import registry
from engine.models.description import ModelDescription
from engine.models.origin import Origin
from engine.models.registry import save_user_model
from engine.project.document_json import HIT_SHAPE
from tests.media_factory import clicks, make_video


def run(kind: str, **arguments: Any) -> dict[str, Any]:
    """A job's result, as it comes over the wire."""
    return json.loads(json.dumps(KINDS[kind](arguments, SILENT_JOB), allow_nan=False))


@pytest.fixture(autouse=True)
def own(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The user has a detector called "feet"."""
    monkeypatch.setattr(registry, "models_folder", lambda: tmp_path / "models")
    description = ModelDescription("hit-net", {}, metrics={"f1_50ms": 0.75})
    origin = Origin("Learned from corrections", "12 hits", "hit-net", "2026-05-31")
    save_user_model("feet", {"scale": torch.ones(1)}, description, origin)


def test_the_list_of_detectors() -> None:
    result = run("models")
    rows = {row["name"]: row for row in result["models"]}
    assert result["default"] == default_detector() in rows
    assert {"motion-baseline", "sound-onsets", "feet"} <= rows.keys()
    assert rows["sound-onsets"]["kind"] == "built-in"
    assert "sound" in rows["sound-onsets"]["title"]
    feet = rows["feet"]
    assert feet["size_bytes"] > 100
    assert (feet["kind"], feet["made_from"], feet["metrics"]) == ("user", "12 hits", {"f1_50ms": 0.75})
    assert (feet["title"], feet["base"], feet["made_on"], feet["problem"]) == (
        "Learned from corrections", "hit-net", "2026-05-31", "",
    )  # fmt: skip


def test_renaming_and_deleting_do_not_wait_for_an_analysis() -> None:
    assert {"models", "rename_model", "delete_model"} <= QUICK_KINDS
    run("rename_model", name="feet", to="doors")
    assert "doors" in [row["name"] for row in run("models")["models"]]
    run("delete_model", name="doors")
    assert "doors" not in [row["name"] for row in run("models")["models"]]
    with pytest.raises(UserFacingError, match="no detector of yours called “doors”"):
        run("delete_model", name="doors")


def test_an_analysis_by_a_chosen_detector_with_its_notes(tmp_path: Path) -> None:
    path = make_video(tmp_path / "clip.mp4", count=75, audio=clicks(144_000, [30_000, 90_000]))
    result = run("analyse", path=str(path), sample_rate=48_000, model="sound-onsets")
    assert result["model"].startswith("sound-onsets ")
    positions = [HIT_SHAPE.read(hit).position for hit in result["hits"]]
    assert positions == pytest.approx([30_000, 90_000], abs=200)
    assert result["notes"] == []
    by_default = run("analyse", path=str(path), sample_rate=48_000)
    assert by_default["model"].startswith(f"{default_detector()} ")
    [note] = [note for note in by_default["notes"] if note["kind"] == "has-sound"]
    assert "sound-onsets" in note["text"]
    assert len(by_default["loudness"]["level_db"]) == 75
    with pytest.raises(UserFacingError, match="no detector called “oracle”"):
        run("analyse", path=str(path), sample_rate=48_000, model="oracle")
    assert np.isfinite(by_default["threshold"])
