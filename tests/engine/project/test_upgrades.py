"""The upgrade chain, on versions made up for the purpose."""

from __future__ import annotations

import copy
from typing import Any

import pytest
from example_projects import full_project

from engine.project.document_json import from_json
from engine.project.storage import to_json
from engine.project.upgrades import PROJECT_UPGRADES, NewerVersionError, UpgradeChain, UpgradeError


def cues_become_hits(body: dict[str, Any]) -> dict[str, Any]:
    """Version 1 knew cues in seconds."""
    return {"rate": body["rate"], "hits": [{"position": cue * body["rate"]} for cue in body["cues"]]}


def hits_get_an_action(body: dict[str, Any]) -> dict[str, Any]:
    """Version 2 knew no scratches. Changes what it is handed, as a careless step would."""
    for hit in body["hits"]:
        hit["action"] = "hit"
    return body


def rate_becomes_sample_rate(body: dict[str, Any]) -> dict[str, Any]:
    body["sample_rate"] = body.pop("rate")
    return body


CHAIN = UpgradeChain((cues_become_hits, hits_get_an_action, rate_becomes_sample_rate))
NEWEST = {"sample_rate": 10, "hits": [{"position": 20, "action": "hit"}]}


@pytest.mark.parametrize(
    ("version", "body"),
    [
        (1, {"rate": 10, "cues": [2]}),
        (2, {"rate": 10, "hits": [{"position": 20}]}),
        (3, {"rate": 10, "hits": [{"position": 20, "action": "hit"}]}),
        (4, NEWEST),
    ],
)
def test_every_older_version_becomes_the_newest(version: int, body: dict[str, Any]) -> None:
    before = copy.deepcopy(body)
    assert CHAIN.upgrade(version, body) == NEWEST
    assert body == before


def test_the_version_counts_the_steps() -> None:
    assert CHAIN.current_version == 4
    assert UpgradeChain(first_version=7).current_version == 7


@pytest.mark.parametrize("version", [0, -1, None, "1", 1.0, True])
def test_what_is_no_version_is_refused(version: Any) -> None:
    with pytest.raises(UpgradeError, match="is not a version"):
        CHAIN.upgrade(version, {})


def test_a_newer_version_is_refused_by_name() -> None:
    with pytest.raises(NewerVersionError, match=r"newer version of Foley \(file version 5.*reads up to 4"):
        CHAIN.upgrade(5, {})


def test_projects_made_before_blending_hear_hits_and_takes_together() -> None:
    document = to_json(full_project())
    del document["project"]["blend"]
    assert from_json({**document, "version": 1}).blend == 0.5


def test_projects_are_written_in_the_current_version() -> None:
    assert to_json(full_project())["version"] == PROJECT_UPGRADES.current_version
