"""The program as it would be had it never seen the video that it is judged by.

Its hits are those that detectors found who learned without the video's source
(`training/hits/leave_one_out`), where there are such. Its materials are told by the shipped model with
a correction learned from the labelled hits of all other sources. Everything else is the program that ships.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import cast
from unittest.mock import patch

import numpy as np

from engine.analysis import analyse, struck_materials
from engine.analysis.detector import Detector
from engine.analysis.result import Analysis, DetectedHit, ModelVersion
from engine.job import Job
from engine.media.probe import MediaInfo
from engine.models.struck import StruckModel
from engine.project.document import Project
from engine.project.materials import Action
from training.datasets.recording import Recording
from training.evaluate.predictions import ClipPredictions, read_predictions
from training.evaluate.program_path import OfferedSound, Program
from training.struck.fitting import corrected
from training.struck.scenes import LookedScenes, look_at_scenes

KEPT_HITS = Path(__file__).parent.parent / "hits" / "leave_one_out" / "adapt.json"

_LOUD_WITHIN_S = 0.1


class HeldOutProgram:
    """A program whose analysis is held out; what is not known to have been learned from is analysed as ever.

    Parameters
    ----------
    program
        The one that ships.
    data
        The folder of real data that it learned from.
    """

    def __init__(self, program: Program, data: Path) -> None:
        self._program = program
        self._data = data
        self._kept = read_predictions(KEPT_HITS).clips
        self._scenes: LookedScenes | None = None

    def analysed(self, recording: Recording, video: Path) -> Project:
        """A project with the hits of a recording's video."""
        if self._scenes is None:
            self._scenes = look_at_scenes(self._data, struck_materials.hit_sight())
        model = without(self._scenes, recording.source, struck_materials.struck_model())
        shipped, kept = analyse.load_detector, self._kept.get(recording.name)

        def load(name: str) -> Detector:
            return shipped(name) if kept is None else KeptHits(shipped(name), kept)

        with (
            patch.object(struck_materials, "struck_model", lambda: model),
            patch.object(analyse, "load_detector", load),
        ):
            return self._program.analysed(recording, video)

    def learn_library(self, folder: Path) -> Sequence[str]:
        """Read and hear a library; what went wrong, in sentences."""
        return self._program.learn_library(folder)

    def offered(
        self, project: Project, hit_ids: Sequence[str], folder: Path, count: int
    ) -> Mapping[str, tuple[OfferedSound, ...]]:
        """The library's sounds that fit hits best, the best first."""
        return self._program.offered(project, hit_ids, folder, count)


def without(scenes: LookedScenes, source: str, shipped: StruckModel) -> StruckModel:
    """What tells materials, its correction learned anew without the hits of a source."""
    others = np.array([row for row in scenes.labelled if scenes.hits[row].source != source], np.intp)
    weights = shipped.weights
    # What the shipped correction explains must not count as explained: it has seen the source.
    bare = replace(weights, mean=np.zeros_like(weights.mean), correction=np.zeros_like(weights.correction))
    return corrected(StruckModel(bare, shipped.config), scenes.looks(others))


class KeptHits:
    """A detector whose hits are replaced by kept ones, their levels read off the kept curve.

    Parameters
    ----------
    detector
        Gives the rest of the analysis.
    kept
        The hits.
    """

    def __init__(self, detector: Detector, kept: ClipPredictions) -> None:
        self._detector, self._kept = detector, kept

    @property
    def model(self) -> ModelVersion:
        """Name and version of the one that ships."""
        return self._detector.model

    @property
    def threshold(self) -> float:
        """As kept."""
        return self._kept.threshold

    def detect(self, media: MediaInfo, threshold: float, job: Job) -> Analysis:
        """The analysis of a video with the kept hits in it."""
        analysis = self._detector.detect(media, threshold, job)
        levels_db = np.array(self._kept.level_db)
        if len(levels_db) != len(analysis.frame_times_s):
            levels_db = analysis.level_db
        found = []
        for time_s, confidence, action in zip(
            self._kept.times_s, self._kept.confidences, self._kept.actions, strict=True
        ):
            near = np.abs(analysis.frame_times_s - time_s) <= _LOUD_WITHIN_S
            level_db = float(levels_db[near].max()) if near.any() else float(levels_db.max())
            found.append(
                DetectedHit(time_s, 0.0, confidence, level_db, cast(Action, action or "hit"), None, ())
            )
        hits = tuple(hit for hit in found if hit.confidence >= threshold)
        candidates = tuple(hit for hit in found if hit.confidence < threshold)
        return replace(analysis, level_db=levels_db, threshold=threshold, hits=hits, candidates=candidates)
