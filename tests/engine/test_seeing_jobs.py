"""The job that looks at hits again: what it asks of the networks, and what goes over the wire."""

from __future__ import annotations

import json
from fractions import Fraction
from typing import Any

import numpy as np
import pytest

from engine.analysis import struck_materials
from engine.errors import UserFacingError
from engine.host_jobs import KINDS, QUICK_KINDS
from engine.job import Job
from engine.project.document import ContactPoint, Hit, MediaReference, Project, Video
from engine.project.document_json import to_json
from engine.project.materials import MATERIALS

PROJECT = Project(
    "p",
    video=Video(MediaReference("/films/gone.mp4", "sha256:film"), 640, 360, Fraction(25), 480_000),
    hits=(Hit("dragged", 48_000, contact=ContactPoint(0.25, 0.75)), Hit("placed", 96_000, origin="placed")),
    length=480_000,
)


def see(*hit_ids: str) -> dict[str, Any]:
    arguments = {"project": to_json(PROJECT), "hits": list(hit_ids)}
    return json.loads(json.dumps(KINDS["see_hits"](arguments, Job()), allow_nan=False))


def test_what_is_seen_comes_by_hit_the_likeliest_first(monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[str] = []

    def seen(project: Project, hits: list[Hit], **_more: object) -> struck_materials.SeenHitsAgain:
        asked.extend(hit.id for hit in hits)
        rows = np.full((2, 17), 0.01)
        rows[0, MATERIALS.index("tile")], rows[1, MATERIALS.index("cloth")] = 0.84, 0.5
        return struck_materials.SeenHitsAgain(np.array([[0.5, 0.125], [0.25, 0.75]]), rows)

    monkeypatch.setattr(struck_materials, "see_hits", seen)
    answer = see("placed", "dragged")
    assert asked == ["placed", "dragged"]
    assert answer["contacts"] == {"placed": [0.5, 0.125], "dragged": [0.25, 0.75]}
    assert answer["materials"]["placed"][0] == ["tile", pytest.approx(0.84)]
    name, probability = answer["materials"]["dragged"][0]
    assert (name, probability) == ("cloth", pytest.approx(0.5 / 0.66))
    assert len(answer["materials"]["dragged"]) == len(MATERIALS)


def test_a_missing_video_is_one_sentence() -> None:
    with pytest.raises(UserFacingError, match=r"gone\.mp4” is not where it was"):
        see("placed")


def test_nobody_waits_for_an_analysis_to_see_a_hit() -> None:
    assert "see_hits" in QUICK_KINDS
