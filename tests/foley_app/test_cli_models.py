"""`foley models`, and a detector chosen by name on the command line."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
import torch

from engine.bundled import demo_video
from engine.models import registry
from engine.models.description import ModelDescription
from engine.models.origin import Origin
from engine.models.registry import save_user_model
from tests.foley_app.command_line import foley, sentence_of
from tests.media_factory import clicks, make_video


@pytest.fixture(autouse=True)
def own(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The user has a detector called "feet"."""
    monkeypatch.setattr(registry, "models_folder", lambda: tmp_path / "models")
    description = ModelDescription("hit-net", {}, metrics={"f1_50ms": 0.75})
    save_user_model("feet", {"scale": torch.ones(1)}, description, Origin(made_from="12 [corrected] hits"))


@pytest.mark.parametrize("words", [("models",), ("models", "list")])
def test_the_list_says_where_each_came_from(words: tuple[str, ...]) -> None:
    ended = foley(*words)
    assert ended.returncode == 0, ended.stderr
    for text in ("feet", "12 [corrected] hits", "f1_50ms 0.75", "motion-baseline", "used by default"):
        assert text in ended.stdout


def test_a_detector_is_renamed_and_deleted() -> None:
    assert foley("models", "rename", "feet", "doors").stdout == "feet is called doors now.\n"
    assert "doors" in foley("models").stdout
    assert foley("models", "delete", "doors").stdout == "Deleted doors.\n"
    assert "doors" not in foley("models").stdout
    assert "doors" in sentence_of(foley("models", "delete", "doors"))
    assert "only your own" in sentence_of(foley("models", "delete", "motion-baseline"))


def test_a_video_with_sound_is_offered_to_be_timed_by_it(tmp_path: Path) -> None:
    path = make_video(tmp_path / "clip.mp4", count=75, audio=clicks(144_000, [30_000, 90_000]))
    ended = foley("analyze", path, "--json", "-", "--sounds", 0)
    assert "sound-onsets" in ended.stderr
    assert "has-sound" in [note["kind"] for note in json.loads(ended.stdout)["notes"]]
    timed = json.loads(foley("analyze", path, "--json", "-", "--sounds", 0, "--model", "sound-onsets").stdout)
    assert [hit["time_s"] for hit in timed["hits"]] == pytest.approx([0.625, 1.875], abs=0.01)
    silent = sentence_of(foley("analyze", demo_video(), "--json", "-", "--model", "sound-onsets"))
    assert "has no sound" in silent
