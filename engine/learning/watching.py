"""What a detector's frozen layers see: computed once, so that learning what follows from it takes seconds.

The layers that look at pictures stay as they are; they were trained on far more than a person has. What is
learned anew is how each network joins what it saw and follows it over time.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from engine.job import Job
from engine.learning.example import Stretch
from engine.media.decode import iter_frames
from engine.media.probe import require_video
from engine.models.hit_net import HitNet, averaged
from engine.models.hits import HitModel
from engine.models.motion_net import MotionNet
from engine.models.picture_net import PictureNet
from engine.models.shot_view import ShotView, shot_views

_MARGIN_S = 1.0
"""So much before and after a stretch is looked at with it, so that its ends are like its middle."""
_PICTURES_AT_ONCE = 32
"""Few enough that a cancelled job stops at once."""

Seen = tuple[Tensor, ...]
"""What each network has seen, those on motion first: (features, pictures) each."""


def view_stretch(stretch: Stretch, model: HitModel, job: Job) -> list[ShotView]:
    """The shots of a stretch with a margin, as the detector looks at them; grids are float16.

    Raises
    ------
    MediaError
        When the video can't be decoded.
    """
    video = require_video(stretch.video).video
    assert video is not None
    frames = iter_frames(
        stretch.video,
        size=model.view.grids.motion.picture_size(video.width, video.height),
        gray=True,
        start_s=max(0.0, stretch.start_s - _MARGIN_S),
        end_s=stretch.end_s + _MARGIN_S,
        job=job,
    )
    return [
        ShotView(view.times_s, view.grids.astype(np.float16), view.pictures, view.backdrop)
        for view in shot_views(frames, model.view, model.network.config.rate_hz)
    ]


def networks_of(network: HitNet) -> list[MotionNet | PictureNet]:
    """All networks of a detector, those on motion first."""
    parts = (*network.on_motion, *network.on_pictures)
    return [part for part in parts if isinstance(part, MotionNet | PictureNet)]


def see(
    network: HitNet,
    grids: NDArray[np.floating],
    pictures: NDArray[np.floating] | NDArray[np.uint8],
    backdrop: NDArray[np.floating] | NDArray[np.uint8],
    job: Job,
) -> Seen:
    """What the networks see, a few pictures at a time.

    Parameters
    ----------
    grids
        (pictures, channels, rows, columns).
    pictures
        (pictures, height, width).
    backdrop
        (height, width).
    """
    return tuple(_seen_by(part, grids, pictures, backdrop, job) for part in networks_of(network))


def say(networks: Sequence[MotionNet | PictureNet], seen: Seen) -> NDArray[np.float64]:
    """What networks in evaluation mode say about what they saw in a shot, averaged as `HitNet` does.

    Returns
    -------
    float64 (4, pictures)
    """
    with torch.no_grad():
        outputs = [network.said(one[None]) for network, one in zip(networks, seen, strict=True)]
        on_motion = sum(isinstance(network, MotionNet) for network in networks)
        average = averaged(outputs[:on_motion], outputs[on_motion:])
        return torch.stack(average)[:, 0].double().numpy()


def _seen_by(
    network: MotionNet | PictureNet,
    grids: NDArray[np.floating],
    pictures: NDArray[np.floating] | NDArray[np.uint8],
    backdrop: NDArray[np.floating] | NDArray[np.uint8],
    job: Job,
) -> Tensor:
    count, reach = len(grids), network.reach
    pieces: list[Tensor] = []
    for start in range(0, count, _PICTURES_AT_ONCE):
        job.check()
        first, end = max(0, start - reach), min(count, start + _PICTURES_AT_ONCE + reach)
        with torch.no_grad():
            if isinstance(network, MotionNet):
                seen = network.seen(torch.from_numpy(grids[first:end].astype(np.float32))[None])
            else:
                seen = network.seen(
                    torch.from_numpy(pictures[first:end].astype(np.float32))[None],
                    torch.from_numpy(backdrop.astype(np.float32))[None],
                )
        pieces.append(seen[0, :, start - first : start - first + _PICTURES_AT_ONCE])
    return torch.cat(pieces, 1)
