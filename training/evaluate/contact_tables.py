"""Tables of found contacts: F1 and average precision, recall per action, published lenient scores, clips."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np

from engine.evaluation import lenient_onsets
from engine.evaluation.contacts import ClipContacts, ContactReport
from engine.evaluation.detections import validate as ranked
from engine.evaluation.onsets import TOLERANCES_S, OnsetCounts, count_onsets, match_onsets
from engine.project.materials import ACTIONS
from training.datasets.recording import Recording
from training.evaluate import papers
from training.evaluate.detectors import Finder
from training.evaluate.score_table import ScoreTable

_ACTION_INDEX = 1
"""±50 ms, at which the recall of actions is given, among `TOLERANCES_S`."""


def strict_table(clips: dict[str, list[ClipContacts]], reports: dict[str, ContactReport]) -> ScoreTable:
    """F1 and average precision, one to one, per tolerance, above a metronome."""
    some = next(iter(clips.values()))
    contacts = sum(clip.true_s.size for clip in some)
    table = ScoreTable(
        f"Contacts found, matched one to one: {len(some)} clips, {contacts} contacts",
        tuple(
            f"{what} {shown_tolerance(tolerance_s)}" for what in ("F1", "AP") for tolerance_s in TOLERANCES_S
        ),
        notes=[
            "Below: 95 % of bootstrap draws over source videos. AP ranks all detections of all clips; "
            "at ±100 ms it is the measure of Owens et al.",
            "The metronome ticks as often as there are contacts in each clip, evenly.",
        ],
    )
    first = next(iter(reports.values()))
    table.add("metronome", *(score.metronome_f1 for score in first.scores), *[None] * len(TOLERANCES_S))
    for name, report in reports.items():
        table.add(
            name,
            *(score.f1 for score in report.scores),
            *(score.average_precision for score in report.scores),
            kind="ours",
        )
    f1_columns = ["f1_33", "f1_50", "f1_100"]
    table.add_papers(papers.STUDY, [*f1_columns, None, None, None], mark=papers.BEFORE)
    table.add_papers(papers.DETECTION, [*[None] * (len(table.columns) - 1), "ap_100"])
    return table


def action_table(reports: dict[str, ContactReport]) -> ScoreTable:
    """Precision and recall, and the recall of each action, at ±50 ms."""
    table = ScoreTable(
        f"At {shown_tolerance(TOLERANCES_S[_ACTION_INDEX])}",
        ("precision", "recall", *(f"recall, {action}" for action in ACTIONS)),
        notes=["Contacts whose action nobody told count for recall as a whole only."],
    )
    for name, report in reports.items():
        score = report.scores[_ACTION_INDEX]
        of_action = [
            f"{counts.recall:.3f} ({counts.matched}/{counts.true})" if counts.true else None
            for counts in score.recall_of.values()
        ]
        table.add(name, score.counts.precision, score.counts.recall, *of_action, kind="ours")
    return table


def called_table(
    clips: Mapping[str, Sequence[ClipContacts]], finders: Mapping[str, Finder]
) -> ScoreTable | None:
    """How many found contacts are called what they are, at ±50 ms; None when no detector says.

    Parameters
    ----------
    clips, finders
        By the same names.
    """
    table = ScoreTable(
        "Hit or scratch, of the contacts that were found and whose action somebody told",
        tuple(f"{action} called {action}" for action in ACTIONS),
    )
    for name, own in clips.items():
        said = [finders[name].clips[clip.name].actions for clip in own]
        if not any(action for actions in said for action in actions):
            continue
        right: dict[str, int] = dict.fromkeys(ACTIONS, 0)
        found: dict[str, int] = dict.fromkeys(ACTIONS, 0)
        for clip, actions in zip(own, said, strict=True):
            for true, hit in _matched_hits(clip):
                action, called = clip.actions[true], actions[hit] if actions else None
                if action is not None and called is not None:
                    found[action] += 1
                    right[action] += called == action
        table.add(name, *(f"{right[action]} of {found[action]}" for action in ACTIONS), kind="ours")
    return table if table.rows else None


def _matched_hits(clip: ClipContacts) -> list[tuple[int, int]]:
    """(true, found) places of the pairs at ±50 ms, of everything that was found."""
    counted = np.flatnonzero(clip.confidence >= clip.threshold)
    if not clip.true_s.size or not counted.size:
        return []
    in_order = counted[np.argsort(clip.found_s[counted], kind="stable")]
    pairs = match_onsets(clip.true_s, clip.found_s[in_order], TOLERANCES_S[_ACTION_INDEX])
    return [(true, int(in_order[found])) for true, found in pairs]


def lenient_table(clips: dict[str, list[ClipContacts]]) -> ScoreTable:
    """The published lenient scores."""
    protocols = (lenient_onsets.CONDITIONAL_FOLEY, lenient_onsets.WIDE)
    table = ScoreTable(
        "LENIENT scores as published for generated sound; not ours, and not to be compared with F1",
        tuple(f"{what}, ±{p.tolerance_s:g} s" for p in protocols for what in ("count", "accuracy", "AP")),
        notes=[
            "“Accuracy” is a recall: false detections cost nothing. AP is per clip, and missed contacts "
            "count as found with confidence 0.",
        ],
    )
    for name, own in clips.items():
        detections = [
            ranked(clip.true_s, clip.counted_s, clip.confidence[clip.confidence >= clip.threshold])
            for clip in own
        ]
        cells: list[float] = []
        for protocol in protocols:
            scores = lenient_onsets.evaluate(detections, protocol)
            cells += [scores.count_match, scores.accuracy, scores.average_precision]
        table.add(name, *cells, kind="ours")
    table.add_papers(papers.LENIENT, ["count_match", "accuracy", "ap", None, None, None])
    return table


def clip_table(name: str, report: ContactReport) -> ScoreTable:
    """One detector clip by clip."""
    table = ScoreTable(
        name,
        ("true", "found", *(f"F1 {shown_tolerance(tolerance_s)}" for tolerance_s in TOLERANCES_S)),
        first="clip",
    )
    for clip, counts in report.per_clip.items():
        table.add(clip, counts[0].true, counts[0].found, *(count.f1 for count in counts))
    return table


def category_table(name: str, recordings: Sequence[Recording], clips: Sequence[ClipContacts]) -> ScoreTable:
    """One detector by what the clips are of, where the data set says so.

    Parameters
    ----------
    recordings, clips
        In the same order.
    """
    tolerance_s = TOLERANCES_S[_ACTION_INDEX]
    table = ScoreTable(
        f"{name}: by what the clips are of",
        (
            "clips",
            "contacts",
            "precision",
            "recall",
            *(f"F1 {shown_tolerance(t)}" for t in TOLERANCES_S),
            "near misses",
        ),
        first="clips of",
        notes=[
            f"Precision and recall at {shown_tolerance(tolerance_s)}. Near misses: those taken for a "
            "contact, of all that the data set states.",
        ],
    )
    for category in sorted({recording.category or "unsaid" for recording in recordings}):
        own = [
            (recording, clip)
            for recording, clip in zip(recordings, clips, strict=True)
            if (recording.category or "unsaid") == category
        ]
        counts = [
            sum((count_onsets(clip.true_s, clip.counted_s, t) for _, clip in own), start=OnsetCounts())
            for t in TOLERANCES_S
        ]
        near = [near_miss_counts(recording, clip, tolerance_s) for recording, clip in own]
        taken, of_all = (sum(part) for part in zip(*near, strict=True))
        table.add(
            category,
            len(own),
            counts[0].true,
            counts[_ACTION_INDEX].precision,
            counts[_ACTION_INDEX].recall,
            *(count.f1 for count in counts),
            f"{taken} of {of_all}" if of_all else None,
            kind="ours",
        )
    return table


def near_miss_counts(recording: Recording, clip: ClipContacts, tolerance_s: float) -> tuple[int, int]:
    """How many near misses have a hit that belongs to no contact, and how many there are."""
    pairs = match_onsets(clip.true_s, clip.counted_s, tolerance_s) if clip.true_s.size else []
    in_order = np.sort(clip.counted_s)
    wrong_s = np.delete(in_order, [found for _, found in pairs])
    misses_s = np.array(recording.near_misses_s, np.float64)
    taken = match_onsets(misses_s, wrong_s, tolerance_s) if misses_s.size and wrong_s.size else []
    return len(taken), misses_s.size


def shown_tolerance(tolerance_s: float) -> str:
    """±50 ms for 0.05."""
    return f"±{1000 * tolerance_s:.0f} ms"
