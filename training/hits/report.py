"""How a trained detector does on labelled clips, beside the detector without learning: everything that
`training.evaluate hits` says, and where its threshold came from."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np
from rich.console import Console

from engine.evaluation.contacts import ClipContacts
from engine.evaluation.onsets import TOLERANCES_S
from engine.models.hits import HitModel, load_hit_model
from engine.project.durable import write_beside
from training.datasets.opening import open_dataset
from training.datasets.recording import Recording
from training.evaluate.contenders import BASELINE, Contender
from training.evaluate.detectors import Finder, Found, clip_contacts, found_by_model, predictions_text
from training.evaluate.judgement import Judgement, draw, draw_failures, judge, show
from training.hits.detection import find_candidates, pooled_f1
from training.hits.view_cache import ViewCache


def report(
    checkpoint: Path,
    data: str,
    *,
    cache: Path | None = None,
    predictions: Path | None = None,
    is_test_only: bool = False,
    figures: Path | None = None,
    gallery: Path | None = None,
) -> Judgement:
    """Print the tables; the detector without learning knew these clips if they are the real ones.

    Parameters
    ----------
    checkpoint
        The detector's folder.
    data
        A data set whose contacts are known.
    cache
        Where views are kept; in the user's cache folder when None.
    predictions
        Write what was found there, for `training.evaluate`.
    is_test_only
        Judge on the recordings that the data set keeps for testing, not on all.
    figures, gallery
        Folders for figures, and for contact sheets of what went wrong.

    Returns
    -------
    Judgement
        All scores; the detector is the first of the contenders.

    Raises
    ------
    UserFacingError
        When the checkpoint or the data can't be read.
    """
    detector = load_hit_model(checkpoint)
    dataset = open_dataset(data)
    recordings = list(dataset.split().test) if is_test_only else dataset.recordings()
    finder = found_by_network(detector, recordings, f"{checkpoint.parent.name}/{checkpoint.name}", cache)
    if predictions is not None:
        write_beside(predictions, predictions_text(finder).encode()).replace(predictions)
    best = in_hindsight(finder, clip_contacts(recordings, finder))
    judgement = judge(
        recordings,
        [
            Contender(finder),
            Contender(found_by_model(BASELINE, recordings), "for comparison"),
            Contender(best, "threshold chosen in hindsight"),
        ],
    )
    show(judgement)
    if figures is not None:
        draw(judgement, figures)
    if gallery is not None:
        draw_failures(judgement, gallery)
    Console().print(_origin(detector), soft_wrap=True, highlight=False)
    return judgement


def _origin(detector: HitModel) -> str:
    """Where the threshold and the time shift come from, as far as the checkpoint tells."""
    metrics = detector.description.metrics
    tolerances = ", ".join(
        f"{metrics[name]:.3f} at ±{1000 * tolerance_s:.0f} ms"
        for tolerance_s in TOLERANCES_S
        if (name := f"f1_{1000 * tolerance_s:.0f}ms") in metrics
    )
    picking = detector.picking
    numbers = f"Threshold ({picking.threshold:.2f}) and time shift ({1000 * picking.shift_s:+.1f} ms)"
    if not tolerances:
        return f"{numbers} are the checkpoint's own; it does not say what F1 they gave."
    return f"{numbers} were chosen on validation clips of the training data, where F1 was {tolerances}."


def found_by_network(
    detector: HitModel, recordings: Sequence[Recording], name: str, cache: Path | None = None
) -> Finder:
    """What a detector finds in clips.

    Raises
    ------
    UserFacingError
        When a clip can't be decoded.
    """
    views = ViewCache(detector.view, detector.network.config.rate_hz, cache)
    clips: dict[str, Found] = {}
    for recording in recordings:
        found = find_candidates(detector.network, views.views(recording.picture), detector.picking)
        clips[recording.name] = Found(
            found.times_s,
            found.confidence,
            detector.picking.threshold,
            found.frame_times_s,
            detector.levels.curve_db(found.frame_times_s, found.level_db, found.times_s, found.confidence),
            found.actions,
        )
    return Finder(name, clips)


def in_hindsight(finder: Finder, clips: Sequence[ClipContacts]) -> Finder:
    """The same with the threshold that suits these very clips best, which is not known beforehand."""
    thresholds = np.unique(np.concatenate([clip.confidence for clip in clips]))
    if not thresholds.size:
        return replace(finder, name=f"{finder.name}, any threshold")
    best = float(max(thresholds, key=lambda threshold: pooled_f1(clips, float(threshold))))
    return Finder(
        f"{finder.name}, threshold {best:.2f}",
        {name: replace(found, threshold=best) for name, found in finder.clips.items()},
    )
