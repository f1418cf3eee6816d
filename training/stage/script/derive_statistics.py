"""Derive `training/stage/script/statistics.json` from the annotations of *The Greatest Hits*.

Kept are only statistics over all videos: how fast and how evenly people strike, when they pause, how many
materials a video shows and which ones go together, and when a hit is followed by a scratch.

Run it as `python -m training.stage.script.derive_statistics ANNOTATIONS.json OUT.json`. The annotations are
`{video: {"duration_s": s, "events": [[time_s, material, action], ...]}}`; the word `None` stands for what
the annotators left open.

References
----------
Owens, Isola, McDermott, Torralba, Adelson, Freeman: Visually Indicated Sounds. CVPR 2016.
"""

from __future__ import annotations

import json
import sys
from collections import Counter
from collections.abc import Iterable
from itertools import pairwise
from pathlib import Path

import numpy as np

from engine.project.materials import MATERIALS

ROUNDED_TO_S = 1 / 15
"""The annotated times are whole multiples of this."""
PAUSE_RATIO = 2.0
"""An interval of at least this many times the video's median one is a pause."""
FEWEST_EVENTS = 11
"""Shorter videos say too little about their tempo."""
UNLABELLED = "None"

Event = tuple[float, str, str]


def main(annotations: Path, out: Path) -> None:
    """Read the annotations and write the statistics."""
    body = json.loads(annotations.read_text())
    days = [name[: len("2015-02-16")] for name in body]
    videos = [[(float(t), str(m), str(a)) for t, m, a in video["events"]] for video in body.values()]
    document = {
        "schema": "foley.stage-statistics",
        "version": 1,
        "source": "Derived from the annotations of The Greatest Hits (Owens et al., CVPR 2016)",
        "licence": "CC BY 4.0, https://creativecommons.org/licenses/by/4.0/",
        "videos": len(videos),
        "events": sum(map(len, videos)),
        "sessions": sessions_of(days, videos),
        "rhythm": rhythm_of(videos),
        "materials": materials_of(videos),
        "actions": actions_of(videos),
    }
    out.write_text(json.dumps(document, indent=1) + "\n")
    print(f"Statistics of {len(videos)} videos written to {out}")


def sessions_of(days: list[str], videos: list[list[Event]]) -> list[dict[str, object]]:
    """Per day of filming its tempo: one day's videos are alike, and people grew twice as fast over time."""
    by_day: dict[str, list[float]] = {}
    for day, events in zip(days, videos, strict=True):
        if len(events) >= FEWEST_EVENTS:
            by_day.setdefault(day, []).append(float(np.median(np.diff(_dithered(events)))))
    return [
        {
            "videos": len(tempos),
            "tempo_s": round(float(np.exp(np.mean(np.log(tempos)))), 4),
            "spread": round(float(np.std(np.log(tempos))), 4),
        }
        for _, tempos in sorted(by_day.items())
    ]


def rhythm_of(videos: list[list[Event]]) -> dict[str, object]:
    """How even the intervals of a video are, and pauses."""
    jitters, deviations, pauses, starts, follows = [], [], [], [], []
    count = 0
    for events in videos:
        times = np.array([event[0] for event in events])
        starts.append(times[0])
        if len(times) < FEWEST_EVENTS:
            continue
        intervals = np.diff(times)
        median = float(np.median(intervals))
        ratios = intervals / median
        regular = ratios < PAUSE_RATIO
        # Both ends of an interval are rounded; that part of the spread is not the striker's.
        rounding = 2 * (ROUNDED_TO_S / median) ** 2 / 12
        jitters.append(float(np.sqrt(max(np.var(ratios[regular]) - rounding, 0.02**2))))
        smooth = np.diff(_dithered(events))[regular]
        deviations.extend((smooth - np.median(smooth)) / np.std(smooth))
        pauses.extend(ratios[~regular])
        count += len(intervals)
        follows.append(_following(ratios))
    return {
        "jitter_quantiles": _quantiles(jitters, 21),
        "deviation_quantiles": _quantiles(deviations, 41),
        "interval_correlation": round(float(np.mean(follows)), 3),
        "pause_share": round(len(pauses) / count, 4),
        "pause_ratio_quantiles": _quantiles(pauses, 11),
        "start_quantiles_s": _quantiles(starts, 11),
    }


def _dithered(events: list[Event]) -> np.ndarray:
    """The times (n,) as they may have been before they were rounded."""
    times = np.array([event[0] for event in events])
    blur = np.random.default_rng(len(events)).uniform(-0.5, 0.5, len(times)) * ROUNDED_TO_S
    return np.sort(times + blur)


def _following(ratios: np.ndarray) -> float:
    """How much an interval resembles the one before it, -1..1."""
    spread = np.clip(ratios, 0, PAUSE_RATIO)
    spread = spread - spread.mean()
    return float((spread[:-1] * spread[1:]).mean() / max(spread.var(), 1e-6))


def materials_of(videos: list[list[Event]]) -> dict[str, object]:
    """How many materials a video shows, which ones, and how long the stick stays on one."""
    counts = Counter(material for events in videos for _, material, _ in events)
    numbers: Counter[int] = Counter()
    together: dict[str, Counter[str]] = {material: Counter() for material in MATERIALS}
    stays: dict[int, list[bool]] = {}
    all_stays: list[bool] = []
    for events in videos:
        labels = [material for _, material, _ in events if material != UNLABELLED]
        shown = sorted(set(labels))
        same = [first == second for first, second in pairwise(labels)]
        all_stays += same
        if shown:
            numbers[len(shown)] += 1
            stays.setdefault(len(shown), []).extend(same)
        for material in shown:
            together[material].update(other for other in shown if other != material)
    labelled = sum(counts[material] for material in MATERIALS)
    return {
        "share": {material: round(counts[material] / labelled, 4) for material in MATERIALS},
        "number_in_video": {str(number): numbers[number] for number in sorted(numbers)},
        "stays": round(float(np.mean(all_stays)), 4),
        "stays_by_number": {str(n): round(float(np.mean(stays[n])), 4) for n in sorted(stays)},
        "videos_together": {
            material: dict(sorted(others.items())) for material, others in together.items() if others
        },
    }


def actions_of(videos: list[list[Event]]) -> dict[str, object]:
    """How often each material is scratched, how much videos differ in that, and how actions persist.

    An action repeats the one before it with probability k (`keeps`) and is otherwise drawn afresh with the
    video's own share, so that P(scratch | scratch) - P(scratch | hit) = b + k (1 - b) over all videos, where
    b is the part of the variance that lies between videos.
    """
    counts: Counter[tuple[str, str]] = Counter()
    follows: Counter[tuple[bool, str, str]] = Counter()
    shares, lengths = [], []
    for events in videos:
        counts.update((material, action) for _, material, action in events)
        labels = [(m, a) for _, m, a in events if m != UNLABELLED]
        for (first, was), (second, then) in pairwise(labels):
            follows[first == second, was, then] += 1
        actions = [action for _, action in labels if action != UNLABELLED]
        if len(actions) >= FEWEST_EVENTS:
            shares.append(actions.count("scratch") / len(actions))
            lengths.append(len(actions))

    def persistence(same: bool) -> float:
        after = {
            was: follows[same, was, "scratch"] / (follows[same, was, "scratch"] + follows[same, was, "hit"])
            for was in ("hit", "scratch")
        }
        return after["scratch"] - after["hit"]

    mean = float(np.mean(shares))
    chance = mean * (1 - mean)
    # A chain that keeps its state varies more within a video than independent draws would.
    stretch = (1 + persistence(True)) / (1 - persistence(True))
    within = chance * stretch * float(np.mean(1 / np.array(lengths)))
    between = max(float(np.var(shares)) - within, 0.0)

    def keeps(same: bool) -> float:
        part = between / chance
        return round((persistence(same) - part) / (1 - part), 4)

    return {
        "scratch_share": {
            material: round(
                counts[material, "scratch"] / (counts[material, "scratch"] + counts[material, "hit"]), 4
            )
            for material in MATERIALS
        },
        "video_spread": round(between**0.5 / chance, 4),
        "keeps_on_same_material": keeps(True),
        "keeps_on_other_material": keeps(False),
    }


def _quantiles(numbers: Iterable[float], count: int) -> list[float]:
    drawn = np.fromiter(numbers, float)
    found = np.quantile(drawn, np.linspace(0, 1, count)) if drawn.size else []
    return [round(float(number), 4) for number in found]


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]))
