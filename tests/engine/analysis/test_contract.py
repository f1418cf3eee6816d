"""The JSON of an analysis and every promise it makes."""

from __future__ import annotations

import copy
import json
from dataclasses import replace
from fractions import Fraction
from pathlib import Path

import numpy as np
import pytest

from engine.analysis.contract import ContractError, analysis_to_json, hit_from_json, validate
from engine.analysis.material_prior import material_prior
from engine.analysis.result import AnalysedVideo, Analysis, DetectedHit, ModelVersion, Note

HIT = DetectedHit(
    time_s=0.512345678901,
    duration_s=0.0,
    confidence=0.875,
    level_db=-14.25,
    action="hit",
    contact=(0.25, 0.75),
    materials=(("metal", 0.25), ("wood", 0.75)),
)
DOUBTFUL = replace(
    HIT,
    time_s=0.75,
    confidence=0.2,
    contact=None,
    action="scratch",
    duration_s=0.3,
    materials=(("leaf", 0.1), ("water", 0.45), ("paper", 0.4), ("metal", 0.05)),
)
ANALYSIS = Analysis(
    video=AnalysedVideo(Path("/films/a b.mp4"), 1.0, Fraction(30000, 1001), 456, 256),
    frame_times_s=np.array([0.0, 1001 / 30000]),
    level_db=np.array([-47.0, -300.0]),
    threshold=0.4,
    hits=(HIT,),
    candidates=(DOUBTFUL,),
    model=ModelVersion("motion-baseline", "1"),
    notes=(Note("slow", "Only 2 pictures a second."),),
)
SOUNDS = [
    [
        {"id": "b", "path": "", "material": "wood", "score": 0.25, "parts": {}},
        {"id": "a", "path": "/s/a.wav", "material": "metal", "score": 0.5, "parts": {"level": 0.75}},
    ],
    [],
]


def test_the_whole_object() -> None:
    assert analysis_to_json(ANALYSIS, SOUNDS) == {
        "schema": "foley.analysis",
        "version": 1,
        "video": {
            "path": "/films/a b.mp4",
            "duration_s": 1.0,
            "frame_rate": "30000/1001",
            "width": 456,
            "height": 256,
        },
        "loudness": {"frame_times_s": [0.0, 1001 / 30000], "level_db": [-47.0, -80.0]},
        "threshold": 0.4,
        "hits": [
            {
                "time_s": 0.512345678901,
                "duration_s": 0.0,
                "confidence": 0.875,
                "level_db": -14.25,
                "action": "hit",
                "contact": {"x": 0.25, "y": 0.75},
                "material": [
                    {"name": "wood", "probability": 0.75},
                    {"name": "metal", "probability": 0.25},
                ],
                "hard": 1.0,
                "sure": True,
                "sounds": [
                    {
                        "id": "a",
                        "path": "/s/a.wav",
                        "material": "metal",
                        "score": 0.5,
                        "parts": {"level": 0.75},
                    },
                    {"id": "b", "path": "", "material": "wood", "score": 0.25, "parts": {}},
                ],
            }
        ],
        "candidates": [
            {
                "time_s": 0.75,
                "duration_s": 0.3,
                "confidence": 0.2,
                "level_db": -14.25,
                "action": "scratch",
                "contact": None,
                "material": [
                    {"name": "water", "probability": 0.45},
                    {"name": "paper", "probability": 0.4},
                    {"name": "leaf", "probability": 0.1},
                    {"name": "metal", "probability": 0.05},
                ],
                "hard": None,
                "sure": False,
                "sounds": [],
            }
        ],
        "notes": [{"kind": "slow", "text": "Only 2 pictures a second."}],
        "model": {"name": "motion-baseline", "version": "1"},
    }


def test_it_survives_json_at_full_precision() -> None:
    contract = json.loads(json.dumps(analysis_to_json(ANALYSIS), allow_nan=False))
    validate(contract)
    sorted_hit = replace(HIT, materials=(("wood", 0.75), ("metal", 0.25)))
    assert hit_from_json(contract["hits"][0]) == sorted_hit


@pytest.mark.parametrize(
    ("place", "value", "named"),
    [
        (("schema",), "foley.project", "schema"),
        (("version",), 2, "version"),
        (("threshold",), None, "threshold"),
        (("video", "frame_rate"), "0/1", "video.frame_rate"),
        (("video", "width"), 0, "video.width"),
        (("notes",), {}, "notes"),
        (("notes", 0, "text"), 3, r"notes\[0\].text"),
        (("loudness", "level_db"), [-47.0], "count of"),
        (("loudness", "level_db", 0), float("nan"), r"level_db\[0\]"),
        (("loudness", "level_db", 1), -80.5, r"level_db\[1\]"),
        (("loudness", "frame_times_s", 1), 0.0, r"frame_times_s\[1\]"),
        (("hits", 0, "confidence"), 0.3, r"hits\[0\].confidence"),
        (("hits", 0, "time_s"), float("inf"), r"hits\[0\].time_s"),
        (("hits", 0, "level_db"), True, r"hits\[0\].level_db"),
        (("hits", 0, "action"), "kiss", r"hits\[0\].action"),
        (("hits", 0, "contact"), {"x": 0.5}, r"contact.y"),
        (("hits", 0, "contact", "x"), 1.5, r"contact.x"),
        (("hits", 0, "material", 0, "probability"), 0.8, "sum of"),
        (
            ("hits", 0, "material"),
            [{"name": "a", "probability": 0.2}, {"name": "b", "probability": 0.8}],
            "order",
        ),
        (("candidates", 0, "sounds"), [{"id": "a", "path": "p", "material": "m", "score": "high"}], "score"),
        (("hits", 0, "hard"), 1.25, r"hits\[0\].hard"),
        (("hits", 0, "sure"), 1, r"hits\[0\].sure"),
        (
            ("hits", 0, "sounds"),
            [{"id": "a", "path": "p", "material": "m", "score": 1.0, "parts": {"level": 2.0}}],
            "parts.level",
        ),
        (("model", "version"), 1, "model.version"),
    ],
)
def test_every_broken_promise_is_named(place: tuple, value: object, named: str) -> None:
    contract = copy.deepcopy(analysis_to_json(ANALYSIS))
    owner = contract
    for step in place[:-1]:
        owner = owner[step]
    owner[place[-1]] = value
    with pytest.raises(ContractError, match=named):
        validate(contract)


def test_a_missing_field_and_a_wrong_order_are_named() -> None:
    contract = analysis_to_json(ANALYSIS)
    del contract["hits"][0]["contact"]
    with pytest.raises(ContractError, match="contact"):
        validate(contract)
    with pytest.raises(ContractError, match=r"hits\[1\].time_s"):
        analysis_to_json(replace(ANALYSIS, hits=(HIT, replace(HIT, time_s=0.1))))


def test_priors_are_probabilities_of_all_materials() -> None:
    for action, likeliest in (("hit", "wood"), ("scratch", "dirt")):
        prior = material_prior(action)
        assert len(prior) == 17
        assert prior[0][0] == likeliest
        assert sum(probability for _, probability in prior) == pytest.approx(1)
        assert [row[1] for row in prior] == sorted((row[1] for row in prior), reverse=True)
