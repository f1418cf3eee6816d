"""How well detectors find the contacts of real clips, beside a naive picker and a metronome; and the goals.

The clips and their true onsets (picked from their sound) lie in the real data's folder: `FOLEY_DATA`, or
`../shared/data` beside the project. Scores are F1 with one-to-one matching, pooled over the clips. The
naive picker takes the moments at which the fast part of the optical flow slows down most, at the one
threshold that suits these very clips best; the metronome knows each clip's number of contacts. Who is judged,
and what each knew of the clips beforehand, is said in `training.evaluate.contenders`; `python -m
training.evaluate hits` tells the rest: each clip, each failure, levels, calibration.
"""

from __future__ import annotations

import sys
from collections.abc import Sequence
from itertools import pairwise
from pathlib import Path

import cv2
import numpy as np
from numpy.typing import NDArray

from engine.evaluation.onsets import TOLERANCES_S, evaluate
from engine.media.decode import iter_frames
from training.datasets.opening import data_folder, open_dataset
from training.datasets.recording import Recording
from training.evaluate import contenders
from training.evaluate.goals import GOALS, goal_table
from training.evaluate.judgement import Judgement, judge

Onsets = NDArray[np.float64]

_CHOSEN_INDEX = 1
"""The naive picker's threshold is chosen at ±50 ms, by which the ratio is taken too."""


def slowing_down(path: Path) -> tuple[Onsets, NDArray[np.float64]]:
    """Where the 95th percentile of the flow's magnitude falls: times and by how much, 0.2 s apart."""
    flow = cv2.DISOpticalFlow.create(cv2.DISOPTICAL_FLOW_PRESET_ULTRAFAST)
    pictures = list(iter_frames(path, size=(160, 120), gray=True))
    speeds = []
    for earlier, later in pairwise(pictures):
        field = flow.calc(earlier.image, later.image, None)  # pyright: ignore[reportCallIssue, reportArgumentType]
        speeds.append(np.percentile(np.hypot(field[..., 0], field[..., 1]), 95))
    falls = -np.diff(speeds)
    times_s = np.array([picture.time_s for picture in pictures[1:-1]])
    kept: list[int] = []
    for index in np.argsort(-falls):
        if all(abs(times_s[index] - times_s[other]) >= 0.2 for other in kept):
            kept.append(int(index))
    return times_s[kept], falls[kept]


def _scores(true_s: Sequence[Onsets], found_s: Sequence[Onsets]) -> list[float]:
    counts = evaluate(zip(true_s, found_s, strict=True))
    return [counts[tolerance_s].f1 for tolerance_s in TOLERANCES_S]


def _naive_scores(recordings: Sequence[Recording], true_s: Sequence[Onsets]) -> list[float]:
    """F1 of the naive picker at the threshold that suits the clips best."""
    found = [slowing_down(recording.picture) for recording in recordings]
    every = np.concatenate([strengths for _, strengths in found])
    choices = [
        _scores(true_s, [times_s[strengths >= level] for times_s, strengths in found])
        for level in np.quantile(every, np.linspace(0, 1, 60))
    ]
    return max(choices, key=lambda scores: scores[_CHOSEN_INDEX])


def _print_onsets(judgement: Judgement, naive: Sequence[float]) -> None:
    first = next(iter(judgement.reports.values()))
    rows: dict[str, tuple[Sequence[float], str]] = {
        "metronome (reference)": ([score.metronome_f1 for score in first.scores], ""),
        "naive picker (reference)": (naive, ""),
    }
    goals = [goal.bound for goal in GOALS[: len(TOLERANCES_S)]]
    said = " / ".join(f"{bound:.2f}" for bound in goals)
    for contender in judgement.contenders:
        report = judgement.reports[contender.name]
        goal = said if contender.is_held_to_goals else ""
        rows[contender.name] = ([score.f1.value for score in report.scores], goal)
    heads = "".join(f"{f'±{1000 * tolerance_s:.0f} ms':>9}" for tolerance_s in TOLERANCES_S)
    width = max(len(name) for name in rows) + 2
    print(f"{f'F1 over {len(judgement.recordings)} clips':{width}}{heads}{'ratio':>8}   goal")
    for name, (scores, goal) in rows.items():
        shown = "".join(f"{score:9.3f}" for score in scores)
        print(f"{name:{width}}{shown}{scores[_CHOSEN_INDEX] / naive[_CHOSEN_INDEX]:8.2f}   {goal}".rstrip())


def main() -> None:
    """Print the tables."""
    folder = data_folder() / "greatest_hits"
    if not (folder / "clips" / "truth.json").is_file():
        print("The real clips are not on this machine; set FOLEY_DATA to the folder that holds them.")
        return
    recordings = open_dataset(folder, "greatest-hits-clips").recordings()
    judgement = judge(recordings, contenders.usual(recordings))
    true_s = [np.array([contact.time_s for contact in recording.contacts]) for recording in recordings]
    _print_onsets(judgement, _naive_scores(recordings, true_s))
    print()
    goal_table(judgement.contenders, judgement.clips, judgement.levels).show()


if __name__ == "__main__":
    sys.exit(main())
