"""One video on its way through the learned detector: decoded ahead, its hits and levels gathered."""

from __future__ import annotations

from array import array
from collections.abc import Iterator
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from engine.analysis.contract import hit_to_json
from engine.analysis.levels import LevelConfig
from engine.analysis.read_ahead import ReadAhead
from engine.analysis.result import LEVEL_FLOOR_DB, DetectedHit
from engine.analysis.shot_contacts import ShotContacts
from engine.analysis.watching import PictureWatch
from engine.features.dense_flow import CHANNELS
from engine.job import Job
from engine.media.decode import iter_frames
from engine.media.probe import MediaInfo
from engine.models.hits import HitModel
from engine.models.picking import HitCurves
from engine.models.shot_blocks import BlockConfig, ShotBlock, shot_blocks

_CHANGE = CHANNELS.index("change")
_PICTURES_TOGETHER = 200
"""Blocks of short shots go through the networks together, up to about so many pictures."""


class VideoReading:
    """See the module.

    Parameters
    ----------
    media
        The video.
    model
        The detector.
    threshold
        Confidence from which hits are told.
    blocks
        How long the blocks are.

    Attributes
    ----------
    watch
        What is remembered of its pictures.
    hits
        Hits and candidates so far, in order of time.
    """

    def __init__(
        self, media: MediaInfo, model: HitModel, threshold: float, blocks: BlockConfig | None = None
    ) -> None:
        self.media = media
        self.watch = PictureWatch()
        self.hits: list[DetectedHit] = []
        self._model = model
        self._threshold = threshold
        self._blocks = blocks
        self._shot: ShotContacts | None = None
        self._shot_number = -1
        self._times_s, self._level_db = array("d"), array("d")
        self._ahead = ReadAhead(self._read)

    def following(self, job: Job) -> list[ShotBlock] | None:
        """The next blocks, in order of time; None when the video has ended.

        Raises
        ------
        MediaError
            When it can't be decoded.
        Cancelled
            When the job was cancelled.
        """
        return self._ahead.following(job)

    def close(self) -> None:
        """Stop decoding."""
        self._ahead.close()

    def take(self, block: ShotBlock, curves: HitCurves | None, job: Job) -> None:
        """What is said about the next block; None when nothing was.

        Hits that are certain now are emitted.
        """
        own = slice(block.start, block.end)
        if block.shot != self._shot_number:
            self._end_shot(job, with_cut=True)
            self._shot_number = block.shot
            self._shot = ShotContacts(self._model.picking, self._threshold, after_cut=block.shot > 0)
        assert self._shot is not None
        self._times_s.extend(block.view.times_s[own])
        if curves is None:
            self._level_db.extend([LevelConfig().room_db] * (block.end - block.start))
            return
        said = HitCurves(
            curves.times_s[own],
            curves.onset[own],
            curves.offset[own],
            curves.level_db[own],
            curves.scratch[own],
        )
        self._level_db.extend(said.level_db)
        self._tell(self._shot.add(said, np.asarray(block.view.grids[own, _CHANGE], np.float32)), job)

    def end(self, job: Job) -> None:
        """Nothing follows: the hits that waited for it are certain now."""
        self._end_shot(job, with_cut=False)

    def level_db(self, frame_times_s: NDArray[np.float64]) -> NDArray[np.float64]:
        """The level while each of the video's own pictures is shown."""
        if not len(self._times_s):
            return np.full(len(frame_times_s), LevelConfig().room_db)
        level_db = np.interp(frame_times_s, np.array(self._times_s), np.array(self._level_db))
        contacts_s = np.array([hit.time_s for hit in self.hits])
        confidence = np.array([hit.confidence for hit in self.hits])
        shaped_db = self._model.levels.curve_db(frame_times_s, level_db, contacts_s, confidence)
        return np.maximum(shaped_db, LEVEL_FLOOR_DB)

    def _end_shot(self, job: Job, *, with_cut: bool) -> None:
        if self._shot is not None:
            self._tell(self._shot.end(with_cut=with_cut), job)
            self._shot = None

    def _tell(self, hits: list[DetectedHit], job: Job) -> None:
        for hit in hits:
            last_s = self.hits[-1].time_s if self.hits else -np.inf
            if hit.time_s - last_s < self._model.picking.closest_s:
                continue  # on either side of a cut
            level_db = self._model.levels.hit_db(hit.level_db, hit.confidence)
            hit = replace(hit, level_db=max(LEVEL_FLOOR_DB, level_db))
            self.hits.append(hit)
            if hit.confidence >= self._threshold:
                job.emit({"event": "hit", "hit": hit_to_json(hit)})

    def _read(self, job: Job) -> Iterator[list[ShotBlock]]:
        """Blocks as they go through the networks together; which ones do depends on the pictures alone."""
        video, view, network = self.media.video, self._model.view, self._model.network.config
        assert video is not None
        size = view.grids.motion.picture_size(video.width, video.height)
        pictures = iter_frames(self.media.path, size=size, gray=True, job=job)
        blocks = shot_blocks(
            self.watch.watched(pictures, video.duration_s, job),
            view,
            network.rate_hz,
            network.context,
            is_variable_rate=video.is_variable_rate,
            config=self._blocks,
        )
        together: list[ShotBlock] = []
        for block in blocks:
            together.append(block)
            if sum(len(block.view) for block in together) >= _PICTURES_TOGETHER:
                yield together
                together = []
        if together:
            yield together
