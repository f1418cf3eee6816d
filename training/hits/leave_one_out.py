"""How well real clips are seen by a detector that learned from other real clips, but never from their source.

For every source video a detector is trained without it, from the same start with the same recipe, and runs
over the clips of that source. Confidences and the time shift of one source's clips are fitted on what was
found in the others', so that nothing about a clip comes from its own truth. All have the same threshold.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from engine.errors import UserFacingError
from engine.models.hits import hit_curves, load_hit_model
from engine.models.picking import HitCurves, PickingConfig
from engine.project.durable import write_beside
from training.datasets.opening import open_dataset
from training.datasets.recording import Recording
from training.evaluate.detectors import Finder, Found, predictions_text
from training.hits.confidence import Picks, fitted_picking
from training.hits.detection import candidates_in
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
    picking
        The picking that suits all of them together, for a detector trained on all.
    """

    finder: Finder
    picking: PickingConfig


def leave_one_out(recipe: HitsRecipe, out: Path, name: str, sources: Sequence[str] = ()) -> LeftOut | None:
    """Train the folds that are not there yet, each in `out/SOURCE`, and write `out/predictions.json`.

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
    result = _together(recordings, curves, recipe.picking, name)
    path = out / "predictions.json"
    write_beside(path, predictions_text(result.finder).encode()).replace(path)
    return result


def _curves(
    recipe: HitsRecipe, fold: Path, recordings: Sequence[Recording], source: str
) -> dict[str, list[HitCurves]]:
    model = load_hit_model(fold)
    cache = ViewCache(model.view, model.network.config.rate_hz, recipe.data.cache)
    return {
        recording.name: hit_curves(model.network, cache.views(recording.picture))
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
        clips[recording.name] = Found(
            found.times_s, found.confidence, own.threshold, found.frame_times_s, found.level_db, found.actions
        )
    return LeftOut(Finder(name, clips), fitted_picking(list(picks.values()), picking))
