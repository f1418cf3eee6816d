"""How things move in a film, one picture after the other at a generator's clock."""

from __future__ import annotations

from itertools import islice
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from engine.errors import UserFacingError
from engine.job import SILENT_JOB, Job
from engine.models.motion_features import MotionDescriber
from engine.models.picture_sound import PictureSoundConfig


class MotionLooks:
    """Reads a film once, from some picture on; memory stays flat.

    Parameters
    ----------
    path
        The film.
    config
        Of the generator.
    describer
        Says what moves.
    first
        Number of the first picture whose motion is wanted, at the generator's clock.

    Raises
    ------
    UserFacingError
        When the generator was made for another describer.
    """

    def __init__(
        self,
        path: Path,
        config: PictureSoundConfig,
        describer: MotionDescriber,
        first: int = 0,
        job: Job = SILENT_JOB,
    ) -> None:
        if describer.features != config.motion_features:
            raise UserFacingError(
                f"This generator is told of motion in {config.motion_features} numbers, and the network that "
                f"describes motion says {describer.features}: one of them is of another version."
            )
        self._described = describer.read(path, config.picture_rate_hz, first, job)

    def take(self, count: int) -> NDArray[np.float32]:
        """The motion around the next pictures (count, features); after the film's end nothing moves."""
        return np.stack(list(islice(self._described, count)))
