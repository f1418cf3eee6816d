"""How long it takes to see what is struck at a hit, whole clips at once, beside decoding the clip.

On the real clips, on as many cores as there are. "looking" is the networks alone; "in all" has decoding and
the still pictures in it.
"""

from __future__ import annotations

import os
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from engine.analysis.analyse import analyse
from engine.analysis.struck_materials import hit_sight, with_materials
from engine.media.decode import iter_frames
from engine.models.contact_point_net import ContactPointModel
from engine.models.sight import Sight

_GOAL_MS = 60.0


def main() -> None:
    """Print the table."""
    root = Path(os.environ.get("FOLEY_DATA", Path(__file__).parents[2] / "shared" / "data"))
    clips = sorted((root / "greatest_hits" / "clips").glob("gh_*.mp4"))
    if not clips:
        print("Needs the real clips (set FOLEY_DATA).")
        return
    analyses = [analyse(clip, materials=False) for clip in clips]
    with_materials(analyses[0])
    networks = _Stopwatch()
    hit_sight()
    Sight.look = networks.around(Sight.look)
    ContactPointModel.points = networks.around(ContactPointModel.points)
    started = time.perf_counter()
    for analysis in analyses:
        with_materials(analysis)
    all_s = time.perf_counter() - started
    started = time.perf_counter()
    for clip in clips:
        for _ in iter_frames(clip):
            pass
    decoding_s = time.perf_counter() - started
    hits = sum(len(analysis.hits) + len(analysis.candidates) for analysis in analyses)
    print(f"{f'{hits} hits':20}{'ms per hit':>12}{'goal':>7}{'x decoding':>12}")
    for name, spent_s, goal in (
        ("decoding alone", decoding_s, ""),
        ("looking", networks.spent_s, f"{_GOAL_MS:.0f}"),
        ("in all", all_s, ""),
    ):
        print(f"{name:20}{1000 * spent_s / hits:12.1f}{goal:>7}{spent_s / decoding_s:12.2f}")


class _Stopwatch:
    """Adds up the time that functions take."""

    def __init__(self) -> None:
        self.spent_s = 0.0

    def around(self, function: Callable[..., Any]) -> Callable[..., Any]:
        def timed(*arguments: Any, **named: Any) -> Any:
            started = time.perf_counter()
            try:
                return function(*arguments, **named)
            finally:
                self.spent_s += time.perf_counter() - started

        return timed


if __name__ == "__main__":
    main()
