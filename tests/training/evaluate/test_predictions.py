"""The file predictions come in, and what is wrong with a bad one."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from training.evaluate.predictions import (
    ClipPredictions,
    MaterialPrediction,
    PredictionsError,
    Recommendation,
    read_predictions,
)

GOOD = {
    "schema": "foley.predictions",
    "version": 1,
    "model": "net 2",
    "clips": {
        "a": {"hits": [{"time_s": 1, "confidence": 0.5}], "threshold": 0.3, "level_db": [-30.5, -20]},
        "b": {},
    },
    "materials": [{"clip": "a", "true": ["wood"], "probabilities": {"wood": 0.2, "rock": 0.8}}],
    "recommendations": [{"clip": "a", "materials": ["wood"], "ranked": ["rock", "wood"], "good": 3}],
}


def written(tmp_path: Path, contents: object) -> Path:
    path = tmp_path / "net.json"
    path.write_text(contents if isinstance(contents, str) else json.dumps(contents))
    return path


def test_a_good_file(tmp_path: Path) -> None:
    predictions = read_predictions(written(tmp_path, GOOD))
    assert predictions.model == "net 2"
    assert predictions.clips["a"] == ClipPredictions((1.0,), (0.5,), 0.3, (-30.5, -20.0), (None,))
    assert predictions.clips["b"] == ClipPredictions()
    assert predictions.materials == (MaterialPrediction("a", ("wood",), {"wood": 0.2, "rock": 0.8}),)
    assert predictions.materials[0].likeliest == "rock"
    assert predictions.recommendations == (Recommendation("a", ("wood",), ("rock", "wood"), 3),)


def changed(**parts: object) -> dict:
    return {**GOOD, **parts}


@pytest.mark.parametrize(
    ("contents", "message"),
    [
        ("{", "is no JSON"),
        ([], "the file is"),
        (changed(schema="other"), "schema is 'other'"),
        (changed(version=2), "version is '2'"),
        (changed(clips=[]), r"clips is '\[\]'"),
        (changed(clips={"a": {"hits": [{"time_s": -1, "confidence": 0.5}]}}), r"\[a\].hits\[0\].time_s is"),
        (changed(clips={"a": {"hits": [{"time_s": 1, "confidence": 1.5}]}}), "confidence is '1.5'"),
        (
            changed(clips={"a": {"hits": [{"time_s": 1, "confidence": 1, "action": "kick"}]}}),
            "action is 'kick'",
        ),
        (changed(clips={"a": {"hits": [3]}}), r"hits\[0\] is '3'"),
        (changed(clips={"a": {"level_db": [None]}}), r"level_db\[0\] is 'None'"),
        (changed(materials=[{"true": ["steel"], "probabilities": {"wood": 1}}]), r"\[0\].true is 'steel'"),
        (changed(materials=[{"true": [], "probabilities": {"wood": 1}}]), r"true is '\[\]'"),
        (changed(materials=[{"true": ["wood"], "probabilities": {}}]), "probabilities is"),
        (changed(materials=[{"true": ["wood"], "probabilities": {"wood": True}}]), r"\[wood\] is 'True'"),
        (changed(recommendations=[{"materials": ["wood"], "ranked": []}]), "ranked is"),
        (changed(recommendations=[{"materials": ["wood"], "ranked": ["wood"], "good": -1}]), "good is '-1'"),
        (changed(recommendations={}), "recommendations is"),
    ],
)  # fmt: skip
def test_a_bad_file_is_named_with_the_place(tmp_path: Path, contents: object, message: str) -> None:
    with pytest.raises(PredictionsError, match=message) as refused:
        read_predictions(written(tmp_path, contents))
    assert "net.json" in str(refused.value)


def test_a_missing_file(tmp_path: Path) -> None:
    with pytest.raises(PredictionsError, match="can't be read"):
        read_predictions(tmp_path / "nowhere.json")
