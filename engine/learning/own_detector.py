"""A detector of the user's own, from what they corrected or from footage with sound: the whole way.

    learn_corrections([(project, folder)], "Mine", "hit-net", job)
    learn_footage([Path("takes")], "Mine", "hit-net", job)

What is made is kept as a detector of the user's (`engine.models.registry`), unless it is no better than the
one it was made from.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from engine.errors import UserFacingError
from engine.job import Job
from engine.learning import telling
from engine.learning.footage import videos_in
from engine.learning.gathering import Gathered, from_footage, from_projects
from engine.learning.judging import Score
from engine.learning.learner import Learned, LearnerConfig, learn
from engine.models.hits import HitModel, hit_description, load_hit_model
from engine.models.origin import Origin
from engine.models.registry import (
    BUILT_IN_NAMES,
    HIT_NET_NAME,
    find_model,
    require_free_name,
    save_user_model,
)
from engine.project.document import Project
from engine.project.references import content_hash


@dataclass(frozen=True, slots=True)
class OwnDetector:
    """What became of it.

    Attributes
    ----------
    name
        Of the detector.
    is_kept
        Whether there is one now.
    summary
        What it learned from and what that brought, in sentences.
    before, after
        How the detector it was made from, and it, do on what neither had learned from here.
    """

    name: str
    is_kept: bool
    summary: str
    before: Score
    after: Score

    def to_json(self) -> dict[str, Any]:
        """As the window takes it."""
        return {
            "name": self.name,
            "is_kept": self.is_kept,
            "summary": self.summary,
            "before": self.before.numbers(),
            "after": self.after.numbers(),
        }


def learn_corrections(
    projects: Sequence[tuple[Project, Path | None]],
    name: str,
    base: str,
    job: Job,
    *,
    keep_anyway: bool = False,
    config: LearnerConfig | None = None,
) -> OwnDetector:
    """Learn from the corrections in projects.

    Parameters
    ----------
    projects
        Each with the folder it lies in, for relative references.
    name
        Of the new detector.
    base
        Name of the one it is made from.
    keep_anyway
        Keep it even if it is no better.

    Raises
    ------
    UserFacingError
        When there is too little to learn from, the name can't be had, or the base can't learn.
    MediaError
        When a video can't be read.
    Cancelled
        When the job was cancelled; nothing is kept.
    """
    model = _ready(name, base)

    def gather(part: Job) -> Gathered:
        return from_projects(projects, model, lambda *given: found_by(base, *given), part)

    return _learned(gather, "corrections", name, base, model, job, keep_anyway, config)


def learn_footage(
    paths: Sequence[Path],
    name: str,
    base: str,
    job: Job,
    *,
    keep_anyway: bool = False,
    config: LearnerConfig | None = None,
) -> OwnDetector:
    """Learn from videos, and those in folders, by their production sound; see `learn_corrections`."""
    model = _ready(name, base)
    videos = videos_in(paths)
    if not videos:
        raise UserFacingError("There is no video in what was chosen.")
    return _learned(
        lambda part: from_footage(videos, model, part), "footage", name, base, model, job, keep_anyway, config
    )


def found_by(base: str, project: Project, video: Path, job: Job) -> NDArray[np.float64]:
    """When a detector finds hits in a project's video; empty when the project was analysed by another.

    Where such a hit is missing in the project, a person removed it.
    """
    from engine.analysis.analyse import analyse

    if project.analysis_model.rpartition(" ")[0] != base:
        return np.zeros(0)
    analysis = analyse(video, model=base, threshold=project.threshold, job=job)
    if analysis.model.label != project.analysis_model:
        return np.zeros(0)
    return np.array([hit.time_s for hit in analysis.hits], np.float64)


def _ready(name: str, base: str) -> HitModel:
    """The detector to begin with, once it is sure that the new one can be kept."""
    require_free_name(name)
    if base in BUILT_IN_NAMES:
        raise UserFacingError(
            f"“{base}” follows rules and can't learn; begin with a detector that was trained, such as "
            f"“{HIT_NET_NAME}”."
        )
    return load_hit_model(find_model(base))


def _learned(
    gather: Callable[[Job], Gathered],
    kind: telling.Kind,
    name: str,
    base: str,
    model: HitModel,
    job: Job,
    keep_anyway: bool,
    config: LearnerConfig | None,
) -> OwnDetector:
    gathered = gather(job.part(0.0, 0.35))
    learned = learn(gathered.material, model, config or LearnerConfig(), job.part(0.35, 0.99))
    is_kept = learned.is_better or keep_anyway
    made_from = telling.made_from(gathered, kind)
    if is_kept:
        job.progress(0.99, f"Keeping “{name}”")
        _keep(learned, gathered, name, base, model, Origin(telling.TITLES[kind], made_from, base, _today()))
    summary = telling.summary(gathered, learned, kind, base, is_kept)
    job.progress(1.0, "Done")
    return OwnDetector(name, is_kept, summary, learned.before, learned.after)


def _keep(
    learned: Learned, gathered: Gathered, name: str, base: str, model: HitModel, origin: Origin
) -> None:
    description = hit_description(
        learned.network.config,
        model.view,
        learned.picking,
        learned.after.metrics(),
        levels=model.levels,
        git_commit=model.description.git_commit,
        data_sha256=_digest(gathered),
        more={
            "learned": {"base": base, "before": learned.before.numbers(), "after": learned.after.numbers()}
        },
    )
    save_user_model(name, learned.network.state_dict(), description, origin)


def _digest(gathered: Gathered) -> str:
    """Of the videos' contents, the stretches and the contacts."""
    digest = hashlib.sha256()
    hashes = {
        video: content_hash(video) for video in {one.example.stretch.video for one in gathered.material}
    }
    for one in gathered.material:
        stretch = one.example.stretch
        times_s = ",".join(f"{time_s:.4f}" for time_s in one.example.seen_s)
        line = f"{hashes[stretch.video]} {stretch.start_s:.4f} {stretch.end_s:.4f} {times_s}\n"
        digest.update(line.encode())
    return digest.hexdigest()


def _today() -> str:
    return date.today().isoformat()
