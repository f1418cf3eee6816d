"""The detector without learning: it watches for a fast approach that stops or turns at once.

The video is decoded small, its motion measured picture by picture (`engine.features.flow`), and
candidates (`strikes`) are judged by how they fit each other's pace (`rhythm`). It works on blocks of a few
seconds with enough on either side that the answer does not depend on where a block ends, so memory is flat
and hits come out while the video is still being read.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from itertools import groupby

import numpy as np

from engine.analysis.contract import hit_to_json
from engine.analysis.levels import LevelConfig, level_curve_db
from engine.analysis.material_prior import material_prior
from engine.analysis.notes import picture_notes
from engine.analysis.result import AnalysedVideo, Analysis, DetectedHit, ModelVersion
from engine.analysis.strikes import Strike, StrikeConfig, find_strikes
from engine.analysis.watching import PictureWatch
from engine.features.flow import MotionConfig, MotionSample, measure_motion
from engine.job import Job
from engine.media.decode import iter_frames
from engine.media.probe import MediaInfo
from engine.models.rhythm import RhythmConfig, contact_probabilities


@dataclass(frozen=True, slots=True)
class MotionBaselineConfig:
    """All the numbers of the detector.

    Attributes
    ----------
    threshold
        Confidence from which a moment counts.
    least_confidence
        Below this it is not even a candidate.
    block_s
        How much is judged at a time.
    scratch_prominence
        An approach that stands out less than this (log10) is the middle of a longer motion: a scratch.
    shortest_scratch_s, longest_scratch_s
        Range of a scratch's duration.
    """

    motion: MotionConfig = field(default_factory=MotionConfig)
    strikes: StrikeConfig = field(default_factory=StrikeConfig)
    rhythm: RhythmConfig = field(default_factory=RhythmConfig)
    levels: LevelConfig = field(default_factory=LevelConfig)
    threshold: float = 0.4
    least_confidence: float = 0.05
    block_s: float = 5.0
    scratch_prominence: float = 0.2
    shortest_scratch_s: float = 0.25
    longest_scratch_s: float = 1.0


class MotionBaseline:
    """See the module."""

    def __init__(self, config: MotionBaselineConfig | None = None) -> None:
        self.config = config or MotionBaselineConfig()

    @property
    def model(self) -> ModelVersion:
        # The materials are how often each occurs, not what is seen; the version says so.
        return ModelVersion("motion-baseline", "1.0")

    @property
    def threshold(self) -> float:
        return self.config.threshold

    def detect(self, media: MediaInfo, threshold: float, job: Job) -> Analysis:
        """See `Detector.detect`."""
        video = media.video
        assert video is not None
        config = self.config
        size = config.motion.picture_size(video.width, video.height)
        watch = PictureWatch()
        pictures = iter_frames(media.path, size=size, gray=True, job=job)
        watched = watch.watched(pictures, video.duration_s, job)
        found: list[DetectedHit] = []
        for hit in find_hits(measure_motion(watched, config.motion), config, threshold):
            found.append(hit)
            if hit.confidence >= threshold:
                job.emit({"event": "hit", "hit": hit_to_json(hit)})
        frame_times_s = np.array(watch.times_s)
        hits = tuple(hit for hit in found if hit.confidence >= threshold)
        return Analysis(
            video=AnalysedVideo(media.path, video.duration_s, video.frame_rate, video.width, video.height),
            frame_times_s=frame_times_s,
            level_db=level_curve_db(frame_times_s, hits, config.levels),
            threshold=threshold,
            hits=hits,
            candidates=tuple(hit for hit in found if hit.confidence < threshold),
            model=self.model,
            notes=picture_notes(watch),
        )


def find_hits(
    motion: Iterable[MotionSample], config: MotionBaselineConfig, threshold: float
) -> Iterator[DetectedHit]:
    """Hits and candidates in order of time, each as soon as enough of what follows it is known."""
    last_s = -np.inf
    for start_s, end_s, samples in _blocks(motion, config):
        judged = _judge(samples, config, start_s - config.rhythm.context_s, end_s + config.rhythm.context_s)
        for number, (strike, confidence) in enumerate(judged):
            # A candidate at the seam of two blocks could be in either.
            is_new = start_s <= strike.time_s < end_s and strike.time_s - last_s >= config.rhythm.shortest_s
            if is_new and confidence >= config.least_confidence:
                last_s = strike.time_s
                following = (later.time_s for later, other in judged[number + 1 :] if other >= threshold)
                yield _hit(strike, confidence, next(following, np.inf), config)


def _blocks(
    motion: Iterable[MotionSample], config: MotionBaselineConfig
) -> Iterator[tuple[float, float, list[MotionSample]]]:
    """(start, end, samples): samples reach beyond the block by as much as can matter inside it."""
    margin_s = config.rhythm.context_s + config.strikes.context_s + 1.0
    start_s, end_s = -np.inf, config.block_s
    samples: list[MotionSample] = []
    for sample in motion:
        while sample.end_s > end_s + margin_s:
            yield start_s, end_s, samples
            start_s, end_s = end_s, end_s + config.block_s
            samples = [kept for kept in samples if kept.end_s >= start_s - margin_s]
        samples.append(sample)
    yield start_s, np.inf, samples


def _judge(
    samples: list[MotionSample], config: MotionBaselineConfig, start_s: float, end_s: float
) -> list[tuple[Strike, float]]:
    """Candidates within a range with their probabilities; of those too close together, the likeliest."""
    strikes: list[Strike] = []
    for _, shot in groupby(samples, key=lambda sample: sample.shot):
        strikes += find_strikes(list(shot), config.strikes)
    strikes = [strike for strike in strikes if start_s <= strike.time_s < end_s]
    probabilities = contact_probabilities(
        [strike.time_s for strike in strikes], [strike.score for strike in strikes], config.rhythm
    )
    kept: list[tuple[Strike, float]] = []
    for index in np.argsort(-probabilities, kind="stable"):
        strike = strikes[index]
        if all(abs(strike.time_s - other.time_s) >= config.rhythm.shortest_s for other, _ in kept):
            kept.append((strike, float(probabilities[index])))
    return sorted(kept, key=lambda pair: pair[0].time_s)


def _hit(strike: Strike, confidence: float, next_s: float, config: MotionBaselineConfig) -> DetectedHit:
    is_scratch = strike.prominence < config.scratch_prominence
    action = "scratch" if is_scratch else "hit"
    lasts_s = min(
        max(strike.still_after_s - strike.time_s, config.shortest_scratch_s), config.longest_scratch_s
    )
    return DetectedHit(
        time_s=strike.time_s,
        duration_s=min(lasts_s, next_s - strike.time_s) if is_scratch else 0.0,
        confidence=confidence,
        level_db=config.levels.hit_level_db(strike.prominence),
        action=action,
        contact=strike.contact,
        materials=material_prior(action),
    )
