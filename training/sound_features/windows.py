"""Samples for the loop: windows of pictures with what a network should say about them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from training.datasets.recording import Recording
from training.datasets.samples import WindowPlace
from training.frame.task import Sample
from training.sound_features.front_end import FrontEnd, Inputs


@dataclass(frozen=True, slots=True)
class PictureVariations:
    """How windows are varied in training, all pictures of one alike; only where the CNN learns.

    Attributes
    ----------
    mirror
        How often they are mirrored.
    crop
        The least share of width and height that is kept.
    """

    mirror: float = 0.5
    crop: float = 0.9

    def __post_init__(self) -> None:
        if not 0 <= self.mirror <= 1:
            raise ValueError(f"mirror is {self.mirror:g}, it must be from 0 to 1")
        if not 0 < self.crop <= 1:
            raise ValueError(f"crop is {self.crop:g}, it must be above 0 and at most 1")


class WindowSamples:
    """Windows and their targets, as `Samples`.

    Parameters
    ----------
    front_end
        Gives the pictures.
    recordings, places
        The clips, and where in them the windows begin.
    pictures
        Of a window.
    targets
        float32 of each window.
    variations
        None for validation.
    """

    def __init__(
        self,
        front_end: FrontEnd,
        recordings: Sequence[Recording],
        places: Sequence[WindowPlace],
        pictures: int,
        targets: Sequence[NDArray[np.float32]],
        variations: PictureVariations | None,
    ) -> None:
        self._front_end, self._recordings, self._places = front_end, recordings, places
        self._pictures, self._targets, self._variations = pictures, targets, variations

    def __len__(self) -> int:
        return len(self._places)

    def draw(self, index: int, rng: np.random.Generator) -> Sample:
        """See `Samples.draw`."""
        place = self._places[index]
        inputs = self._front_end.inputs(self._recordings[place.recording], place.start_s, self._pictures)
        if self._variations is not None and not self._front_end.gives_features:
            inputs = _varied(inputs, self._variations, rng)
        return {**inputs, "target": self._targets[index]}


def _varied(inputs: Inputs, config: PictureVariations, rng: np.random.Generator) -> Inputs:
    is_mirrored = rng.random() < config.mirror
    share = rng.uniform(config.crop, 1.0)
    across, down = rng.random(2)
    varied: Inputs = {}
    for name, images in inputs.items():
        height, width = images.shape[-3:-1]
        kept_width, kept_height = round(share * width), round(share * height)
        left, top = round(across * (width - kept_width)), round(down * (height - kept_height))
        part = images[..., top : top + kept_height, left : left + kept_width, :]
        if is_mirrored:
            part = part[..., ::-1, :]
        flat = [_resized(image, width, height) for image in part.reshape(-1, *part.shape[-3:])]
        varied[name] = np.stack(flat).reshape(images.shape)
    return varied


def _resized(image: NDArray[Any], width: int, height: int) -> NDArray[Any]:
    return np.asarray(
        cv2.resize(np.ascontiguousarray(image), (width, height), interpolation=cv2.INTER_LINEAR)
    )
