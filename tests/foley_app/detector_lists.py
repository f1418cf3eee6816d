"""The engine's answer to "models", as tests want it."""

from __future__ import annotations

from typing import Any

from tests.foley_app.fakes import FakeEngine


def detector_list() -> dict[str, Any]:
    """One that ships, two that are code alone, one of the person's own."""
    return {
        "default": "hit-net",
        "models": [
            {
                "name": "hit-net",
                "kind": "bundled",
                "title": "Sees hits and scratches",
                "size_bytes": 3_100_000,
                "made_from": "rendered scenes",
                "metrics": {"f1_50ms": 0.81, "level_error_db": 4.75},
                "threshold": 0.37,
            },
            {"name": "motion-baseline", "kind": "built-in", "title": "Watches for motion that stops"},
            {"name": "sound-onsets", "kind": "built-in", "title": "Listens to the video's own sound"},
            {
                "name": "Stairs and doors",
                "kind": "user",
                "title": "Learned from corrections",
                "made_from": "143 hits of 3 projects",
                "base": "hit-net",
                "made_on": "2026-11-24",
                "metrics": {"before": {"f1": 0.64}},
                "threshold": 0.41,
            },
        ],
    }


def tell_detectors(engine: FakeEngine) -> None:
    """Answer the newest question for the list."""
    engine.last("models").finished.emit(detector_list())
