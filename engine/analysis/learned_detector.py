"""The learned detector: networks that watch grids of motion and small pictures, block by block.

A video is decoded once, small and gray, in a thread of its own. Each shot is looked at in blocks of some
seconds (`engine.models.shot_blocks`); what the networks say about it becomes hits as soon as nothing that
follows can change them (`shot_contacts`). Several videos can go through the networks together.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Sequence
from concurrent.futures import Future, ThreadPoolExecutor, wait
from pathlib import Path

import numpy as np
import torch

from engine.analysis.notes import familiarity_notes, picture_notes
from engine.analysis.result import AnalysedVideo, Analysis, ModelVersion
from engine.analysis.video_reading import VideoReading
from engine.errors import UserFacingError
from engine.job import Job
from engine.media.probe import MediaInfo
from engine.models.description import read_description
from engine.models.hits import HitModel, hit_curves, load_hit_model
from engine.models.picking import HitCurves
from engine.models.shot_blocks import BlockConfig, ShotBlock

_SHORTEST_SHOT = 8
"""In shots of fewer pictures there is nothing to see, and nobody looks."""
_LOOK_EVERY_S = 0.05
_VIDEOS_AT_ONCE = 4


def load_learned_detector(name: str, folder: Path, device: str | None = None) -> LearnedDetector:
    """A detector from its checkpoint.

    Parameters
    ----------
    name
        What it is called.
    device
        Where its networks run; the GPU where there is one when None.

    Raises
    ------
    CheckpointError
        When the checkpoint is missing, damaged, or of another network.
    """
    device = device or ("cuda" if torch.cuda.is_available() else "cpu")
    weights_sha256 = read_description(folder)[1]
    return LearnedDetector(load_hit_model(folder, device), name, weights_sha256[:8])


class LearnedDetector:
    """See the module.

    Parameters
    ----------
    model
        The networks and how contacts are picked.
    name, version
        By which its analyses are known.
    blocks
        How long the blocks are.
    """

    def __init__(self, model: HitModel, name: str, version: str, blocks: BlockConfig | None = None) -> None:
        self._model = model
        self._name, self._version = name, version
        self._blocks = blocks

    @property
    def model(self) -> ModelVersion:
        return ModelVersion(self._name, self._version)

    @property
    def threshold(self) -> float:
        return self._model.picking.threshold

    def detect(self, media: MediaInfo, threshold: float, job: Job) -> Analysis:
        """See `Detector.detect`."""
        [analysis] = self.detect_many([media], threshold, job)
        if isinstance(analysis, UserFacingError):
            raise analysis
        return analysis

    def detect_many(
        self,
        videos: Sequence[MediaInfo],
        threshold: float,
        job: Job,
        at_once: int = _VIDEOS_AT_ONCE,
    ) -> list[Analysis | UserFacingError]:
        """Analyse several videos, each decoded in a thread of its own, all by the same networks at once.

        Returns
        -------
        list
            By video its analysis, or why it can't be analysed. Hits are emitted for a single video only.
        """
        results: list[Analysis | UserFacingError | None] = [None] * len(videos)
        waiting, running = deque(range(len(videos))), dict[int, VideoReading]()
        telling = job if len(videos) == 1 else Job(is_cancelled=job.is_cancelled)
        networks = ThreadPoolExecutor(1, "networks")
        try:
            while waiting or running:
                while waiting and len(running) < at_once:
                    number = waiting.popleft()
                    running[number] = VideoReading(videos[number], self._model, threshold, self._blocks)
                self._look_at(self._next_batches(running, results, threshold, telling), networks, telling)
                if telling is not job:
                    done = sum(result is not None for result in results)
                    job.progress(done / len(videos), f"Analysed {done} of {len(videos)} videos")
        finally:
            for reading in running.values():
                reading.close()
            # What the networks look at still is of no interest to who cancelled.
            networks.shutdown(wait=False, cancel_futures=True)
        return [result for result in results if result is not None]

    def _next_batches(
        self,
        running: dict[int, VideoReading],
        results: list[Analysis | UserFacingError | None],
        threshold: float,
        job: Job,
    ) -> list[tuple[VideoReading, ShotBlock]]:
        """The next blocks of each video; those that have ended become results."""
        blocks: list[tuple[VideoReading, ShotBlock]] = []
        for number, reading in list(running.items()):
            try:
                batch = reading.following(job)
                if batch is not None:
                    blocks += [(reading, block) for block in batch]
                    continue
                results[number] = self._analysis(reading, threshold, job)
            except UserFacingError as error:
                results[number] = error
            running.pop(number).close()
        return blocks

    def _look_at(
        self, blocks: list[tuple[VideoReading, ShotBlock]], networks: ThreadPoolExecutor, job: Job
    ) -> None:
        views = [block.view for _, block in blocks if _is_worth_a_look(block)]
        curves = iter(_result_of(networks.submit(hit_curves, self._model.network, views), job))
        for reading, block in blocks:
            reading.take(block, next(curves) if _is_worth_a_look(block) else None, job)

    def _analysis(self, reading: VideoReading, threshold: float, job: Job) -> Analysis:
        media = reading.media
        video = media.video
        assert video is not None
        reading.end(job)
        frame_times_s = np.array(reading.watch.times_s)
        hits = tuple(hit for hit in reading.hits if hit.confidence >= threshold)
        notes = picture_notes(reading.watch)
        return Analysis(
            video=AnalysedVideo(media.path, video.duration_s, video.frame_rate, video.width, video.height),
            frame_times_s=frame_times_s,
            level_db=reading.level_db(frame_times_s),
            threshold=threshold,
            hits=hits,
            candidates=tuple(hit for hit in reading.hits if hit.confidence < threshold),
            model=self.model,
            notes=(*notes, *familiarity_notes(hits, video.duration_s, notes)),
        )


def _is_worth_a_look(block: ShotBlock) -> bool:
    return len(block.view) >= _SHORTEST_SHOT


def _result_of(curves: Future[list[HitCurves]], job: Job) -> list[HitCurves]:
    """What the networks say; asks about cancellation while they work."""
    while not wait((curves,), _LOOK_EVERY_S).done:
        job.check()
    return curves.result()
