"""How well the detector finds the contacts of real clips, beside a naive picker and a metronome.

The clips and their true onsets (picked from their sound) lie in the real data's folder: `FOLEY_DATA`, or
`../shared/data` beside the project. Scores are F1 with one-to-one matching, pooled over the clips. The
naive picker takes the moments at which the fast part of the optical flow slows down most, at the one
threshold that suits these very clips best; the metronome knows each clip's number of contacts.
"""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path

import cv2
import numpy as np
from numpy.typing import NDArray

from engine.analysis.analyse import analyse
from engine.analysis.result import Analysis
from engine.evaluation.onsets import TOLERANCES_S, evaluate, match_onsets, metronome_f1
from engine.media.decode import iter_frames

_PROJECT = Path(__file__).resolve().parent.parent
_GOAL_F1 = 0.5
_THRESHOLDS = np.arange(0.1, 0.85, 0.05)
_SHIFTS_S = np.arange(-0.02, 0.021, 0.004)

Onsets = NDArray[np.float64]


@dataclass(frozen=True)
class Clip:
    """A real clip, its truth and what was found."""

    name: str
    onsets_s: Onsets
    levels_db: NDArray[np.float64]
    analysis: Analysis
    slowing: tuple[Onsets, NDArray[np.float64]]
    """Times and strengths of the naive picker's candidates."""

    def found_s(self, threshold: float | None = None, shift_s: float = 0.0) -> Onsets:
        """Times of the hits, at another threshold and shifted when asked for."""
        analysis = self.analysis
        least = analysis.threshold if threshold is None else threshold
        every = (*analysis.hits, *analysis.candidates)
        return np.array([max(0.0, hit.time_s + shift_s) for hit in every if hit.confidence >= least])

    def naive_s(self, threshold: float) -> Onsets:
        """What the naive picker finds."""
        times_s, strengths = self.slowing
        return times_s[strengths >= threshold]


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


def _read_clips(folder: Path) -> list[Clip]:
    truth = json.loads((folder / "truth.json").read_text())
    return [
        Clip(
            name,
            np.array(row["onsets_s"]),
            np.array(row["level_db_30fps"]),
            analyse(folder / name),
            slowing_down(folder / name),
        )
        for name, row in truth.items()
    ]


def _scores(clips: Sequence[Clip], found: Sequence[Onsets]) -> list[float]:
    counts = evaluate(zip((clip.onsets_s for clip in clips), found, strict=True))
    return [counts[tolerance_s].f1 for tolerance_s in TOLERANCES_S]


def _best_naive(clips: Sequence[Clip]) -> list[Onsets]:
    strengths = np.concatenate([clip.slowing[1] for clip in clips])
    choices = [
        [clip.naive_s(level) for clip in clips] for level in np.quantile(strengths, np.linspace(0, 1, 60))
    ]
    return max(choices, key=lambda found: _scores(clips, found)[1])


def _left_one_out(clips: Sequence[Clip]) -> tuple[list[Onsets], list[str]]:
    """Threshold and time shift chosen on six clips, used on the seventh."""
    found, chosen = [], []
    for clip in clips:
        others = [other for other in clips if other is not clip]
        threshold, shift_s = max(
            ((level, shift) for level in _THRESHOLDS for shift in _SHIFTS_S),
            key=lambda choice: _scores(others, [other.found_s(*choice) for other in others])[1],
        )
        found.append(clip.found_s(threshold, shift_s))
        chosen.append(f"{threshold:.2f}/{1000 * shift_s:+.0f} ms")
    return found, chosen


def _print_calibration(clips: Sequence[Clip]) -> None:
    confidences, are_true = [], []
    for clip in clips:
        hits = sorted((*clip.analysis.hits, *clip.analysis.candidates), key=lambda hit: hit.time_s)
        pairs = match_onsets(clip.onsets_s, [hit.time_s for hit in hits], 0.05)
        matched = {found for _, found in pairs}
        confidences += [hit.confidence for hit in hits]
        are_true += [index in matched for index in range(len(hits))]
    confidence, is_true = np.array(confidences), np.array(are_true)
    print(f"\n{'confidence':24}{'found':>8}{'mean':>8}{'true':>8}")
    for low in np.arange(0, 1, 0.2):
        inside = (confidence >= low) & (confidence < low + 0.2)
        if inside.any():
            row = f"{inside.sum():8d}{confidence[inside].mean():8.2f}{is_true[inside].mean():8.2f}"
            print(f"{f'{low:.1f} to {low + 0.2:.1f}':24}{row}")


def _print_levels(clips: Sequence[Clip]) -> None:
    predicted = [clip.analysis.level_db for clip in clips]
    true = [clip.levels_db for clip in clips]
    together = np.concatenate(predicted), np.concatenate(true)
    per_clip = [np.corrcoef(one, other)[0, 1] for one, other in zip(predicted, true, strict=True)]
    constant = np.abs(together[1] - np.median(together[1])).mean()
    error = np.abs(together[0] - together[1]).mean()
    print(
        f"\nlevel per picture: correlation {np.corrcoef(*together)[0, 1]:.2f} over all, "
        f"{np.mean(per_clip):.2f} within a clip; mean absolute error {error:.1f} dB "
        f"(the median of all: {constant:.1f} dB)"
    )


def main() -> None:
    """Print the tables."""
    folder = (
        Path(os.environ.get("FOLEY_DATA", _PROJECT.parent / "shared" / "data")) / "greatest_hits" / "clips"
    )
    if not (folder / "truth.json").is_file():
        print("The real clips are not on this machine; set FOLEY_DATA to the folder that holds them.")
        return
    clips = _read_clips(folder)
    model = clips[0].analysis.model
    left_out, chosen = _left_one_out(clips)
    metronome = [[(clip.onsets_s, 10.0) for clip in clips]] * len(TOLERANCES_S)
    rows = {
        "metronome (reference)": [
            metronome_f1(rates, tolerance_s)
            for rates, tolerance_s in zip(metronome, TOLERANCES_S, strict=True)
        ],
        "naive picker (reference)": _scores(clips, _best_naive(clips)),
        model.label: _scores(clips, [clip.found_s() for clip in clips]),
        "  chosen without the clip": _scores(clips, left_out),
    }
    heads = "".join(f"{f'±{1000 * tolerance_s:.0f} ms':>9}" for tolerance_s in TOLERANCES_S)
    print(f"{'F1 over ' + str(len(clips)) + ' clips':36}{heads}{'ratio':>8}{'goal':>7}")
    for name, scores in rows.items():
        ratio = f"{scores[1] / rows['naive picker (reference)'][1]:8.2f}"
        goal = f"{_GOAL_F1:7.2f}" if name == model.label else ""
        print(f"{name:36}{''.join(f'{score:9.3f}' for score in scores)}{ratio}{goal}")
    print(f"\n{'clip':16}{'true':>6}{'found':>7}{heads}   threshold/shift chosen on the others")
    for clip, choice in zip(clips, chosen, strict=True):
        scores = "".join(f"{score:9.3f}" for score in _scores([clip], [clip.found_s()]))
        print(f"{clip.name:16}{len(clip.onsets_s):6d}{len(clip.found_s()):7d}{scores}   {choice}")
    _print_calibration(clips)
    _print_levels(clips)


if __name__ == "__main__":
    sys.exit(main())
