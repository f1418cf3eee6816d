"""How well real clips are seen by a detector that learned from other real clips, but never from their source.

For every source video a detector is trained without it, from the same start with the same recipe, joined with
that start, and runs over the clips of that source. Confidences and levels of one source's clips are fitted on
what was found in the others', so that nothing about a clip comes from its own truth. The threshold is one for
all. What remains is of second order: those others' detectors had learned from the clip.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from engine.errors import UserFacingError
from engine.models.hits import hit_curves, load_hit_model
from engine.models.level_shape import LevelShape
from engine.models.picking import HitCurves, PickingConfig
from engine.models.plain_config import to_plain
from engine.project.durable import write_beside
from training.datasets.opening import open_dataset
from training.datasets.recording import Recording
from training.evaluate.detectors import Finder, Found, predictions_text
from training.hits.confidence import Picks, fitted_picking
from training.hits.detection import candidates_in
from training.hits.joining import joined
from training.hits.levels import fitted_levels
from training.hits.recipe import HitsRecipe
from training.hits.train import train_detector
from training.hits.view_cache import ViewCache


@dataclass(frozen=True, slots=True)
class LeftOut:
    """What was found in real clips, each by a detector that never saw its source.

    Attributes
    ----------
    finder
        Contacts, confidences and levels by the clip's name.
    picking, levels
        What suits all of them together, for a detector trained on all.
    """

    finder: Finder
    picking: PickingConfig
    levels: LevelShape


def leave_one_out(recipe: HitsRecipe, out: Path, name: str, sources: Sequence[str] = ()) -> LeftOut | None:
    """Train the folds that are not there yet, each in `out/SOURCE`; then write predictions and settings.

    Parameters
    ----------
    name
        What tables call this.
    sources
        Only the folds of these, so that several processes can share the work; no predictions then.

    Raises
    ------
    UserFacingError
        When no real clips are named, or a fold can't be trained.
    """
    recordings = [clip for folder in recipe.data.real for clip in open_dataset(folder).recordings()]
    every = sorted({recording.source for recording in recordings})
    if len(every) < 2:
        raise UserFacingError("Leaving one source out needs real clips of at least two: see --data.real.")
    for source in sources or every:
        if not (out / source / "best").is_dir():
            train_detector(recipe, out / source, without_source=source)
    if sources:
        return None
    curves = {source: _curves(recipe, out / source / "best", recordings, source) for source in every}
    assert recipe.data.start is not None
    shift_s = load_hit_model(recipe.data.start).picking.shift_s
    result = _together(recordings, curves, replace(recipe.picking, shift_s=shift_s), name)
    for file, text in (
        ("predictions.json", predictions_text(result.finder)),
        ("settings.json", _settings_text(result)),
    ):
        write_beside(out / file, text.encode()).replace(out / file)
    return result


def _settings_text(result: LeftOut) -> str:
    return (
        json.dumps({"picking": to_plain(result.picking), "levels": to_plain(result.levels)}, indent=1) + "\n"
    )


def _curves(
    recipe: HitsRecipe, fold: Path, recordings: Sequence[Recording], source: str
) -> dict[str, list[HitCurves]]:
    assert recipe.data.start is not None
    model = load_hit_model(fold)
    network = joined([load_hit_model(recipe.data.start).network, model.network])
    cache = ViewCache(model.view, network.config.rate_hz, recipe.data.cache)
    return {
        recording.name: hit_curves(network, cache.views(recording.picture))
        for recording in recordings
        if recording.source == source
    }


def _together(
    recordings: Sequence[Recording],
    curves: Mapping[str, Mapping[str, list[HitCurves]]],
    picking: PickingConfig,
    name: str,
) -> LeftOut:
    """Pick the contacts of each source as the others ask for."""
    picks = {
        recording.name: Picks(recording, curves[recording.source][recording.name]) for recording in recordings
    }
    clips: dict[str, Found] = {}
    for recording in recordings:
        others = [one for one in picks.values() if one.recording.source != recording.source]
        own = fitted_picking(others, picking)
        found = candidates_in(picks[recording.name].curves, own)
        level_db = fitted_levels(others, own).curve_db(
            found.frame_times_s, found.level_db, found.times_s, found.confidence
        )
        clips[recording.name] = Found(
            found.times_s, found.confidence, own.threshold, found.frame_times_s, level_db, found.actions
        )
    for_all = fitted_picking(list(picks.values()), picking)
    return LeftOut(Finder(name, clips), for_all, fitted_levels(list(picks.values()), for_all))
