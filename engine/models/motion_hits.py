"""Contacts in a clip, found by a `MotionNet`: from grids of motion to times, confidences, levels, actions."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Literal

import numpy as np
from numpy.typing import NDArray

from engine.models.description import ModelDescription
from engine.models.plain_config import from_plain

if TYPE_CHECKING:
    from engine.features.dense_flow import MotionGrid, MotionGridConfig
    from engine.models.motion_net import MotionNet

Curve = NDArray[np.float64]

_RATE_TOLERANCE = 0.02
"""Pictures whose rate is as near as this to the network's are taken as they come."""
_PICTURES_AT_ONCE = 1024
_LOUDEST_WITHIN = 3
"""A contact's level is the highest of so many pictures from its peak on."""


@dataclass(frozen=True, slots=True)
class PickingConfig:
    """How contacts are picked from a network's curves.

    Attributes
    ----------
    threshold
        Confidence from which a contact counts.
    least_confidence
        Below this it is not even a candidate.
    closest_s
        Of contacts closer than this, the likeliest stays; nobody strikes more than 8 times a second.
    furthest_offset
        A contact lies at most so many pictures from the peak of its curve.
    shift_s
        Added to every time, measured on clips whose contacts are known.
    """

    threshold: float = 0.3
    least_confidence: float = 0.02
    closest_s: float = 0.12
    furthest_offset: float = 1.5
    shift_s: float = 0.0

    def __post_init__(self) -> None:
        if self.closest_s < 0.02:
            raise ValueError(f"closest_s is {self.closest_s:g}, it must be at least 0.02")
        if not 0 <= self.least_confidence <= self.threshold <= 1:
            raise ValueError(
                f"least_confidence {self.least_confidence:g} and threshold {self.threshold:g} must be in "
                "0..1, in this order"
            )


@dataclass(frozen=True, slots=True)
class GridSequence:
    """Grids of one shot, one after the other at a network's rate.

    Attributes
    ----------
    times_s
        float64 (pictures,), strictly increasing.
    channels
        (pictures, channels, rows, columns), float16 or float32.
    """

    times_s: Curve
    channels: NDArray[np.floating]


@dataclass(frozen=True, slots=True)
class MotionCurves:
    """What a network says about each picture of one shot, each float64 (pictures,).

    Attributes
    ----------
    times_s
        Of the pictures.
    onset
        Probability of a contact near the picture.
    offset
        How many pictures after this one it is.
    level_db
        The sound's level.
    scratch
        Probability that the contact scratches.
    """

    times_s: Curve
    onset: Curve
    offset: Curve
    level_db: Curve
    scratch: Curve


@dataclass(frozen=True, slots=True)
class FoundContact:
    """A contact.

    Attributes
    ----------
    time_s
        When it begins.
    confidence
        The height of the onset curve there, 0..1.
    level_db
        Of the loudest picture just after it.
    action
        Which of both is likelier.
    """

    time_s: float
    confidence: float
    level_db: float
    action: Literal["hit", "scratch"]


def grid_sequences(grids: Sequence[MotionGrid], rate_hz: float) -> list[GridSequence]:
    """The shots of a clip at a network's rate.

    Grids of another rate, or of a rate that varies, are interpolated between; they are rates of change, so
    that their values stay what they are.
    """
    sequences: list[GridSequence] = []
    start = 0
    for end in range(1, len(grids) + 1):
        if end == len(grids) or grids[end].shot != grids[start].shot:
            shot = grids[start:end]
            times_s = np.array([grid.time_s for grid in shot], np.float64)
            sequences.append(_at_rate(times_s, np.stack([grid.channels for grid in shot]), rate_hz))
            start = end
    return sequences


def motion_curves(network: MotionNet, sequence: GridSequence) -> MotionCurves:
    """Run a network in evaluation mode over one shot, a piece at a time, so that memory stays flat."""
    import torch

    config, context = network.config, network.config.context
    count = len(sequence.times_s)
    pieces: list[NDArray[np.float32]] = []
    device = network.scales.device
    with torch.inference_mode():
        for start in range(0, count, _PICTURES_AT_ONCE):
            first, end = max(0, start - context), min(count, start + _PICTURES_AT_ONCE + context)
            grids = torch.from_numpy(np.asarray(sequence.channels[first:end], np.float32)).to(device)
            output = torch.stack(network(grids[None]))[:, 0].float().cpu().numpy()
            pieces.append(output[:, start - first : start - first + _PICTURES_AT_ONCE])
    onset, offset, level, scratch = np.concatenate(pieces, axis=1).astype(np.float64)
    return MotionCurves(
        sequence.times_s,
        _probability(onset),
        offset,
        config.level_db + config.level_spread_db * level,
        _probability(scratch),
    )


def pick_contacts(curves: MotionCurves, config: PickingConfig) -> list[FoundContact]:
    """Contacts and candidates in order of time: peaks of the onset curve, none too close to a higher one."""
    onset = np.pad(curves.onset, 1)
    is_peak = (onset[1:-1] > onset[:-2]) & (onset[1:-1] >= onset[2:])
    peaks = np.flatnonzero(is_peak & (curves.onset >= config.least_confidence))
    limit = config.furthest_offset
    moved = np.clip(peaks + np.clip(curves.offset[peaks], -limit, limit), 0, None)
    times_s = np.maximum(_time_at(curves.times_s, moved) + config.shift_s, 0.0)
    kept: list[int] = []
    for index in np.argsort(-curves.onset[peaks], kind="stable"):
        if all(abs(times_s[index] - times_s[other]) >= config.closest_s for other in kept):
            kept.append(int(index))
    kept.sort(key=lambda index: times_s[index])
    return [
        FoundContact(
            float(times_s[index]),
            float(curves.onset[peaks[index]]),
            float(curves.level_db[peaks[index] : peaks[index] + _LOUDEST_WITHIN].max()),
            "scratch" if curves.scratch[peaks[index]] > 0.5 else "hit",
        )
        for index in kept
    ]


def place_of(time_s: NDArray[np.float64], times_s: Curve) -> NDArray[np.float64]:
    """Where times lie among a sequence's pictures, in pictures from the first; linear beyond both ends."""
    if len(times_s) < 2:
        return np.asarray(time_s - times_s[0], np.float64)
    interval_s = (times_s[-1] - times_s[0]) / (len(times_s) - 1)
    place = np.interp(time_s, times_s, np.arange(len(times_s), dtype=np.float64))
    before, after = np.minimum(time_s - times_s[0], 0), np.maximum(time_s - times_s[-1], 0)
    return place + (before + after) / interval_s


def _time_at(times_s: Curve, place: NDArray[np.float64]) -> NDArray[np.float64]:
    """Inverse of `place_of`."""
    if len(times_s) < 2:
        return times_s[0] + place
    interval_s = (times_s[-1] - times_s[0]) / (len(times_s) - 1)
    beyond = np.minimum(place, 0) + np.maximum(place - (len(times_s) - 1), 0)
    return np.interp(place, np.arange(len(times_s)), times_s) + beyond * interval_s


def _at_rate(times_s: Curve, channels: NDArray[np.float32], rate_hz: float) -> GridSequence:
    intervals_s = np.diff(times_s)
    if np.all(np.abs(intervals_s * rate_hz - 1) <= _RATE_TOLERANCE):
        return GridSequence(times_s, channels)
    count = int(np.floor((times_s[-1] - times_s[0]) * rate_hz + 1e-6)) + 1
    wanted_s = times_s[0] + np.arange(count) / rate_hz
    return GridSequence(wanted_s, between_pictures(channels, place_of(wanted_s, times_s)))


def between_pictures(channels: NDArray[np.floating], places: NDArray[np.float64]) -> NDArray[np.float32]:
    """Grids at places between pictures, linearly interpolated, float32; nothing moves beyond both ends."""
    count = len(channels)
    below = np.floor(places).astype(np.int64)
    share = (places - below).astype(np.float32)[:, None, None, None]

    def at(index: NDArray[np.int64]) -> NDArray[np.float32]:
        taken = channels[np.clip(index, 0, count - 1)].astype(np.float32)
        taken[(index < 0) | (index >= count)] = 0
        return taken

    if not share.any():
        return at(below)
    return np.asarray((1 - share) * at(below) + share * at(below + 1), np.float32)


def _probability(log_odds: Curve) -> Curve:
    return 1 / (1 + np.exp(-np.clip(log_odds, -60, 60)))


@dataclass(frozen=True, slots=True)
class MotionHits:
    """A trained detector: the network in evaluation mode, what it looks at, and how contacts are picked."""

    network: MotionNet
    features: MotionGridConfig
    picking: PickingConfig
    description: ModelDescription


def load_motion_hits(folder: Path) -> MotionHits:
    """Load a detector from its checkpoint.

    Raises
    ------
    CheckpointError
        When the checkpoint is missing, damaged, or of another network.
    ConfigError
        When its settings are not those of this program.
    """
    from engine.features.dense_flow import MotionGridConfig
    from engine.models.checkpoint import fill, load_checkpoint
    from engine.models.motion_net import MOTION_NET, MotionNet, MotionNetConfig

    checkpoint = load_checkpoint(folder, MOTION_NET)
    config = checkpoint.description.config
    network = MotionNet(from_plain(MotionNetConfig, config.get("network", {}), complete=True))
    fill(network, checkpoint)
    return MotionHits(
        network.eval(),
        from_plain(MotionGridConfig, checkpoint.description.features, complete=True),
        from_plain(PickingConfig, config.get("picking", {}), complete=True),
        checkpoint.description,
    )
