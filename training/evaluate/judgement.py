"""Everything that is said about detectors of contacts on labelled clips, in one go."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from rich.console import Console

from engine.errors import UserFacingError
from engine.evaluation.contacts import ClipContacts, ContactReport
from engine.evaluation.contacts import evaluate as score_contacts
from engine.evaluation.onsets import TOLERANCES_S
from training.datasets.recording import Recording
from training.evaluate.calibration_tables import (
    CALIBRATED_S,
    calibration_table,
    calibrations,
    reliability_table,
)
from training.evaluate.contact_tables import (
    action_table,
    called_table,
    category_table,
    clip_table,
    lenient_table,
    shown_tolerance,
    strict_table,
)
from training.evaluate.contenders import Contender
from training.evaluate.detectors import FRAME_S, clip_contacts
from training.evaluate.envelope_error import LevelPairs, envelope_table
from training.evaluate.failure_sheets import failure_table, write_gallery
from training.evaluate.figures import (
    levels_figure,
    make_folder,
    precision_recall_figure,
    reliability_figure,
    write_figure,
)
from training.evaluate.goals import goal_table
from training.evaluate.levels import clip_level_table, level_pairs, level_table

if TYPE_CHECKING:
    from matplotlib.figure import Figure

_OWENS_INDEX = 2
"""±100 ms, the tolerance of Owens et al., among `TOLERANCES_S`."""


@dataclass(frozen=True, slots=True)
class Judgement:
    """Several detectors on the same clips.

    Attributes
    ----------
    clips, reports
        By the contender's name.
    levels
        By the contender's name; missing where it predicts none.
    unusable_levels
        Sentences that say whose levels are left out, and why.
    """

    recordings: Sequence[Recording]
    contenders: Sequence[Contender]
    clips: dict[str, list[ClipContacts]]
    reports: dict[str, ContactReport]
    levels: dict[str, LevelPairs]
    unusable_levels: tuple[str, ...]


def judge(recordings: Sequence[Recording], contenders: Sequence[Contender]) -> Judgement:
    """Score contenders.

    Raises
    ------
    UserFacingError
        When there is none, two have one name, or one says nothing about a clip.
    """
    if not contenders:
        raise UserFacingError("There is no detector to judge.")
    names = [contender.name for contender in contenders]
    if len(set(names)) < len(names):
        raise UserFacingError(f"Two of these have the same name: {', '.join(names)}.")
    clips = {contender.name: clip_contacts(recordings, contender.finder) for contender in contenders}
    levels: dict[str, LevelPairs] = {}
    unusable: list[str] = []
    for contender in contenders:
        try:
            levels[contender.name] = level_pairs(recordings, contender.finder)
        except UserFacingError as error:
            unusable.append(f"Levels are not scored: {error}")
    reports = {name: score_contacts(own) for name, own in clips.items()}
    return Judgement(recordings, contenders, clips, reports, levels, tuple(unusable))


def show(judgement: Judgement, *, is_per_clip: bool = True) -> None:
    """Print every table, what matters most first."""
    goal_table(judgement.contenders, judgement.clips, judgement.levels).show()
    strict_table(judgement.clips, judgement.reports).show()
    action_table(judgement.reports).show()
    finders = {contender.name: contender.finder for contender in judgement.contenders}
    called = called_table(judgement.clips, finders)
    if called is not None:
        called.show()
    calibration_table(judgement.clips).show()
    if judgement.levels:
        level_table(judgement.levels).show()
        envelopes = envelope_table(judgement.recordings, judgement.levels, finders)
        if envelopes is not None:
            envelopes.show()
    for sentence in judgement.unusable_levels:
        Console().print(sentence, style="dim", markup=False, soft_wrap=True)
    if len({recording.category for recording in judgement.recordings}) > 1:
        for name, own in judgement.clips.items():
            category_table(name, judgement.recordings, own).show()
    lenient_table(judgement.clips).show()
    if not is_per_clip:
        return
    for contender in judgement.contenders:
        if contender.knowledge == "threshold chosen in hindsight":
            continue  # clip by clip it would repeat what its own threshold gives
        name = contender.name
        clip_table(name, judgement.reports[name]).show()
        if name in judgement.levels:
            clip_level_table(name, judgement.levels[name]).show()
    first = judgement.contenders[0].name
    reliability_table(first, judgement.clips[first]).show()
    failure_table(first, judgement.clips[first]).show()


def draw(judgement: Judgement, folder: Path) -> list[Path]:
    """Write `precision_recall.png`, `reliability.png` and, where levels are known, `levels.png`.

    The last two are of the first contender.

    Raises
    ------
    UserFacingError
        When the folder can't be made or written.
    """
    make_folder(folder)
    first = judgement.contenders[0].name
    both = calibrations(judgement.clips[first])
    figures = {
        "precision_recall.png": curve_figure(judgement),
        "reliability.png": reliability_figure(
            {"hits and candidates": both.every},
            float(np.median([clip.threshold for clip in judgement.clips[first]])),
            f"right within {shown_tolerance(CALIBRATED_S)}; error of hits alone {both.shown.error:.3f}",
        ),
    }
    if first in judgement.levels:
        figures["levels.png"] = levels_figure(judgement.levels[first], FRAME_S, "all pictures")
    for file_name, figure in figures.items():
        write_figure(figure, folder / file_name)
    return [folder / file_name for file_name in figures]


def draw_failures(judgement: Judgement, folder: Path) -> list[Path]:
    """Write a contact sheet of each clip in which the first contender failed.

    Raises
    ------
    UserFacingError
        When the folder can't be made or written, or a clip can't be decoded.
    """
    first = judgement.contenders[0]
    clips = judgement.clips[first.name]
    return write_gallery(folder, judgement.recordings, clips, first.finder, judgement.levels.get(first.name))


def curve_figure(judgement: Judgement) -> Figure:
    """Precision over recall at the tolerance of Owens et al."""
    curves = {name: report.scores[_OWENS_INDEX].curve for name, report in judgement.reports.items()}
    return precision_recall_figure(curves, f"detections within {shown_tolerance(TOLERANCES_S[_OWENS_INDEX])}")
