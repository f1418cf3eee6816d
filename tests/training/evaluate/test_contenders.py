"""Who is judged when nobody says, and what is said about what each knew."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest

from engine.errors import UserFacingError
from training.datasets.recording import Contact, Recording
from training.evaluate import contenders
from training.evaluate.detectors import Finder, Found


def predictions(path: Path, model: str, *clips: str) -> None:
    contents = {"schema": "foley.predictions", "version": 1, "model": model}
    path.write_text(json.dumps({**contents, "clips": {clip: {"hits": []} for clip in clips}}))


def recording(name: str) -> Recording:
    return Recording(name, name, Path(f"{name}.mp4"), None, 10.0, (Contact(1.0),))


CLIPS = [recording("a"), recording("b")]


@pytest.fixture(autouse=True)
def nothing_runs(monkeypatch: pytest.MonkeyPatch) -> None:
    """Detectors find nothing, at once; one ships."""

    def found(model: str, recordings: list[Recording]) -> Finder:
        nothing = np.zeros(0)
        return Finder(model, {one.name: Found(nothing, nothing, 0.5, None, nothing) for one in recordings})

    monkeypatch.setattr(contenders, "found_by_model", found)
    monkeypatch.setattr(contenders, "_shipped", lambda: "hit-net")


def test_predictions_that_cover_the_clips_come_first(tmp_path: Path) -> None:
    predictions(tmp_path / "fold_1.json", "net", "a")
    predictions(tmp_path / "fold_2.json", "net", "b")
    predictions(tmp_path / "zero_shot.json", "net 0", "a", "b")
    predictions(tmp_path / "other.json", "elsewhere", "a")
    judged = contenders.usual(CLIPS, tmp_path)
    assert [one.name for one in judged] == [
        "net (each clip by one that never saw its source)",
        "net 0 (trained on rendered clips alone)",
        "hit-net (HAS SEEN THESE CLIPS)",
        "motion-baseline (its numbers were chosen on these clips)",
    ]
    assert [one.is_held_to_goals for one in judged] == [True, False, False, False]
    assert set(judged[0].finder.clips) == {"a", "b"}


def test_on_clips_that_nothing_was_trained_on(tmp_path: Path) -> None:
    judged = contenders.usual(CLIPS, tmp_path)
    assert [one.name for one in judged] == ["hit-net", "motion-baseline"]
    assert all(one.is_held_to_goals for one in judged)


def test_two_files_about_one_clip(tmp_path: Path) -> None:
    for name in ("one", "two"):
        predictions(tmp_path / f"{name}.json", "net", "a")
    with pytest.raises(UserFacingError, match="“net” speak of the clip “a”"):
        contenders.usual(CLIPS, tmp_path)
