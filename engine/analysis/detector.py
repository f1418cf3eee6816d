"""What every detector offers; a learned one takes the place of another by this alone."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol, runtime_checkable

from engine.analysis.result import Analysis, ModelVersion
from engine.errors import UserFacingError
from engine.job import Job
from engine.media.probe import MediaInfo


class Detector(Protocol):
    """Finds the contacts in a video.

    Attributes
    ----------
    model
        Name and version.
    threshold
        The confidence from which a moment counts as a hit, unless the caller asks for another.
    """

    @property
    def model(self) -> ModelVersion: ...

    @property
    def threshold(self) -> float: ...

    def detect(self, media: MediaInfo, threshold: float, job: Job) -> Analysis:
        """Analyse a file that holds a picture, of any length, in flat memory.

        Reports progress, and every hit at or above the threshold as it is found as
        `{"event": "hit", "hit": {...}}` in the form of `engine.analysis.contract`.
        """
        ...


@runtime_checkable
class BatchDetector(Protocol):
    """A detector that is faster with several videos at once."""

    def detect_many(
        self, videos: Sequence[MediaInfo], threshold: float, job: Job
    ) -> list[Analysis | UserFacingError]:
        """For each video its analysis, or why there is none; no hits are told before."""
        ...
