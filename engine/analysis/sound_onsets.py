"""The detector that listens instead of looking: hits where the video's own sound sets in.

For footage with production sound, which is recorded with the picture: nothing is nearer to the truth than
the sound itself. Music and speech have onsets too, so it is chosen by the person, never by itself.
Every contact is taken for a hit; where it is in the picture is not known.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from engine.analysis.contract import hit_to_json
from engine.analysis.material_prior import material_prior
from engine.analysis.result import LEVEL_FLOOR_DB, AnalysedVideo, Analysis, DetectedHit, ModelVersion
from engine.errors import MediaError
from engine.features.flux_onsets import AudioOnset, FluxOnsetConfig, flux_onsets
from engine.features.loudness import end_of_last_frame_s, frame_levels_db
from engine.job import Job
from engine.media.audio import audio_blocks
from engine.media.packet_index import indexed_pictures
from engine.media.probe import MediaInfo
from engine.project.timebase import SAMPLE_RATE


@dataclass(frozen=True, slots=True)
class SoundOnsetsConfig:
    """How a sound of any length is listened to, and how sure an onset is.

    Attributes
    ----------
    block_s, margin_s
        So much is heard at a time, with so much on either side of it.
    threshold
        Confidence from which an onset counts: all of them.
    faint_db, sure_db
        An onset of the strength `faint_db` is as likely as not; doubts fall to 1/e of that every `sure_db`.
    """

    onsets: FluxOnsetConfig = field(default_factory=FluxOnsetConfig)
    block_s: float = 30.0
    margin_s: float = 4.0
    threshold: float = 0.5
    faint_db: float = 2.5
    sure_db: float = 6.0

    def confidence(self, onset: AudioOnset) -> float:
        """How likely an onset is a contact, if the sound is that of contacts."""
        return 1 - 0.5 * float(np.exp(-max(0.0, onset.strength - self.faint_db) / self.sure_db))


class SoundOnsets:
    """See the module."""

    def __init__(self, config: SoundOnsetsConfig | None = None) -> None:
        self.config = config or SoundOnsetsConfig()

    @property
    def model(self) -> ModelVersion:
        return ModelVersion("sound-onsets", "1.0")

    @property
    def threshold(self) -> float:
        return self.config.threshold

    def detect(self, media: MediaInfo, threshold: float, job: Job) -> Analysis:
        """See `Detector.detect`.

        Raises
        ------
        MediaError
            When the video has no sound.
        """
        video = media.video
        assert video is not None
        if not media.audio:
            raise MediaError(
                f"“{media.path.name}” has no sound that could time its hits. Choose a detector that looks "
                "at the picture."
            )
        pictures = indexed_pictures(media.path)
        frame_times_s = pictures.index.times_s(pictures.source)
        end_s = end_of_last_frame_s(frame_times_s)
        level_db = np.full(len(frame_times_s), LEVEL_FLOOR_DB)
        found: list[DetectedHit] = []
        for part in _parts(media, self.config, job):
            for onset in part.onsets(self.config):
                is_apart = not found or onset.time_s - found[-1].time_s >= self.config.onsets.apart_s
                if onset.time_s < end_s and is_apart:
                    found.append(self._hit(onset))
                    if found[-1].confidence >= threshold:
                        job.emit({"event": "hit", "hit": hit_to_json(found[-1])})
            first, last = np.searchsorted(frame_times_s, (part.start_s, part.end_s))
            level_db[first:last] = part.levels_db(frame_times_s[first : last + 1])[: last - first]
            job.progress(part.end_s / max(media.duration_s, 1e-3), "Listening to the video's sound")
        return Analysis(
            video=AnalysedVideo(media.path, video.duration_s, video.frame_rate, video.width, video.height),
            frame_times_s=frame_times_s,
            level_db=level_db,
            threshold=threshold,
            hits=tuple(hit for hit in found if hit.confidence >= threshold),
            candidates=tuple(hit for hit in found if hit.confidence < threshold),
            model=self.model,
        )

    def _hit(self, onset: AudioOnset) -> DetectedHit:
        return DetectedHit(
            time_s=onset.time_s,
            duration_s=0.0,
            confidence=self.config.confidence(onset),
            level_db=onset.level_db,
            action="hit",
            contact=None,
            materials=material_prior("hit"),
        )


@dataclass(frozen=True, slots=True, eq=False)
class _Part:
    """The sound from `start_s` to `end_s`, and some on either side; `heard_s` is when the samples begin."""

    start_s: float
    end_s: float
    heard_s: float
    samples: NDArray[np.float32]

    def onsets(self, config: SoundOnsetsConfig) -> Iterator[AudioOnset]:
        """Those of the part itself, in order of time."""
        for onset in flux_onsets(self.samples, SAMPLE_RATE, config.onsets):
            time_s = self.heard_s + onset.time_s
            if self.start_s <= time_s < self.end_s:
                yield AudioOnset(time_s, onset.strength, onset.level_db)

    def levels_db(self, frame_times_s: NDArray[np.float64]) -> NDArray[np.float64]:
        return frame_levels_db(self.samples, SAMPLE_RATE, frame_times_s - self.heard_s)


def _parts(media: MediaInfo, config: SoundOnsetsConfig, job: Job) -> Iterator[_Part]:
    """The sound of a video in parts of one length; the last one reaches to the end of time."""
    block, margin = round(config.block_s * SAMPLE_RATE), round(config.margin_s * SAMPLE_RATE)
    waiting: list[NDArray[np.float32]] = []
    waiting_count, kept_from, start = 0, 0, 0
    for samples in audio_blocks(media.path, channels=1, job=job):
        waiting.append(np.nan_to_num(samples[:, 0]))
        waiting_count += len(samples)
        while kept_from + waiting_count >= start + block + margin:
            kept = np.concatenate(waiting)
            heard = kept[: start + block + margin - kept_from]
            yield _Part(start / SAMPLE_RATE, (start + block) / SAMPLE_RATE, kept_from / SAMPLE_RATE, heard)
            start += block
            dropped = max(0, start - margin - kept_from)
            waiting, kept_from = [kept[dropped:].copy()], kept_from + dropped
            waiting_count = len(waiting[0])
    heard = np.concatenate(waiting) if waiting else np.zeros(0, np.float32)
    yield _Part(start / SAMPLE_RATE, np.inf, kept_from / SAMPLE_RATE, heard)
