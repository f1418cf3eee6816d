"""Samples for the loop: a picture with its set of materials, and pairs of a picture and a sound."""

from __future__ import annotations

import numpy as np

from engine.errors import UserFacingError
from training.frame.task import Sample
from training.material.samples import Source, mirrored
from training.two_tower.videos import Videos


class PictureSamples:
    """Each video's picture as `Samples`: "pictures" and which materials are "present", float32 (17,).

    Parameters
    ----------
    videos
        Whose.
    pictures
        The pictures, or their features.
    mirror
        How often pictures are mirrored.
    """

    def __init__(self, videos: Videos, pictures: Source, mirror: float = 0.0) -> None:
        self._videos, self._pictures, self._mirror = videos, pictures, mirror

    def __len__(self) -> int:
        return len(self._videos)

    def draw(self, index: int, rng: np.random.Generator) -> Sample:
        """See `Samples.draw`."""
        picture = mirrored(self._pictures[index], self._mirror, rng)
        return {"pictures": picture, "present": self._videos.present[index].astype(np.float32)}


class PairSamples:
    """Pairs as `Samples`: "pictures", "spectrograms", and whether the sound "fits" the picture, 1 or 0.

    Each sound makes two: with its own video's picture it fits, and with that same picture another sound,
    drawn from those whose material is nowhere in the video, does not. A video that has the materials of all
    sounds gives no pairs. The first half of the samples fits.

    Parameters
    ----------
    videos
        Whose.
    pictures, sounds
        The pictures and spectrograms, or their features.
    mirror
        How often pictures are mirrored.

    Raises
    ------
    UserFacingError
        When no video gives any.
    """

    def __init__(self, videos: Videos, pictures: Source, sounds: Source, mirror: float = 0.0) -> None:
        self._videos, self._pictures, self._sounds, self._mirror = videos, pictures, sounds, mirror
        has_strangers = np.array([videos.strangers(video).size > 0 for video in range(len(videos))])
        self._fitting = np.flatnonzero(has_strangers[videos.video_of])
        if not self._fitting.size:
            raise UserFacingError(
                f"Each of the {len(videos)} videos of one side shows the materials of all its "
                f"{len(videos.materials)} sounds, so no sound can be told not to fit; add clips of other "
                "materials."
            )

    def __len__(self) -> int:
        return 2 * len(self._fitting)

    def draw(self, index: int, rng: np.random.Generator) -> Sample:
        """See `Samples.draw`."""
        place = index % len(self._fitting)
        sound = int(self._fitting[place])
        video = int(self._videos.video_of[sound])
        fits = index == place
        if not fits:
            sound = int(rng.choice(self._videos.strangers(video)))
        return {
            "pictures": mirrored(self._pictures[video], self._mirror, rng),
            "spectrograms": self._sounds[sound],
            "fits": np.array(fits, np.float32),
        }
