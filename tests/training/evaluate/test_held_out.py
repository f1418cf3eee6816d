"""What judges has not learned from what is judged."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from fractions import Fraction
from pathlib import Path

import numpy as np

from engine.analysis.result import AnalysedVideo, Analysis, ModelVersion
from engine.analysis.struck_materials import SeenMoments
from engine.job import SILENT_JOB, Job
from engine.media.probe import MediaInfo
from engine.models.sight import CLASS_COUNT, VECTOR_LENGTH, SightFeatures
from engine.project.materials import MATERIALS
from training.evaluate.held_out import KeptHits, without
from training.evaluate.predictions import ClipPredictions
from training.struck.fitting import table_model
from training.struck.scenes import LookedHit, LookedScenes


def scenes(materials: Mapping[str, str]) -> LookedScenes:
    """Two hits of each source, which always look the same."""
    random = np.random.default_rng(0)
    hits = tuple(
        LookedHit(source, source, time_s, "hit", material, None, "annotated", True)
        for source, material in materials.items()
        for time_s in (0.5, 1.5)
    )
    classes = [random.dirichlet(np.ones(CLASS_COUNT), len(hits)).astype(np.float32) for _ in range(2)]
    vectors = [random.random((len(hits), VECTOR_LENGTH), np.float32) for _ in range(2)]
    features = SightFeatures(vectors[0], classes[0], vectors[1], classes[1])
    return LookedScenes(hits, SeenMoments(np.full((len(hits), 2), 0.5), features, np.zeros(len(hits), int)))


def test_labels_of_the_source_itself_do_not_count() -> None:
    shipped = table_model()
    one = without(scenes({"a": "wood", "b": "metal", "c": "rock"}), "a", shipped)
    lied_to = without(scenes({"a": "cloth", "b": "metal", "c": "rock"}), "a", shipped)
    other = without(scenes({"a": "wood", "b": "cloth", "c": "rock"}), "a", shipped)
    np.testing.assert_array_equal(one.weights.correction, lied_to.weights.correction)
    assert not np.allclose(one.weights.correction, other.weights.correction)
    taught = without(scenes({"a": "wood", "b": "metal", "c": "rock"}), "b", shipped)
    np.testing.assert_array_equal(
        without(scenes({"a": "wood", "b": "metal", "c": "rock"}), "a", taught).weights.correction,
        one.weights.correction,
    )
    told = one.materials(scenes({"a": "wood", "b": "metal", "c": "rock"}).seen.features)
    assert MATERIALS[int(told[2].argmax())] == "metal"


class Constant:
    """A detector that finds nothing, at -30 dBFS."""

    model, threshold = ModelVersion("constant", "1"), 0.7

    def detect(self, media: MediaInfo, threshold: float, job: Job) -> Analysis:
        times_s = np.arange(60) / 30
        video = AnalysedVideo(media.path, 2.0, Fraction(30), 32, 24)
        return Analysis(video, times_s, np.full(60, -30.0), threshold, (), (), self.model)


def test_kept_hits_take_the_place_of_those_found() -> None:
    media = MediaInfo(Path("a.mp4"), "mp4", 2.0, None)
    levels_db = np.full(60, -50.0)
    levels_db[16] = -12.0
    kept = ClipPredictions((0.5, 1.5), (0.9, 0.2), 0.4, tuple(levels_db), ("scratch", None))
    detector = KeptHits(Constant(), kept)
    assert detector.threshold == 0.4 and detector.model == Constant.model
    analysis = detector.detect(media, detector.threshold, SILENT_JOB)
    assert [(hit.time_s, hit.action, hit.level_db) for hit in analysis.hits] == [(0.5, "scratch", -12.0)]
    assert [(hit.time_s, hit.action, hit.level_db) for hit in analysis.candidates] == [(1.5, "hit", -50.0)]
    of_another_length = replace(kept, level_db=(-50.0,) * 9)
    analysis = KeptHits(Constant(), of_another_length).detect(media, 0.1, SILENT_JOB)
    assert [hit.level_db for hit in analysis.hits] == [-30.0, -30.0] and not analysis.candidates
