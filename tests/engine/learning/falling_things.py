"""Films of a block that falls on a table, with its knocks, and a detector that knows such blocks a little."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import av
import numpy as np
import torch
from numpy.typing import NDArray

from engine.features.dense_flow import CHANNELS
from engine.job import SILENT_JOB
from engine.learning.example import Example, KnownContact, Stretch
from engine.learning.fitting import FittingConfig, fitted, seen_windows
from engine.learning.learner import with_networks
from engine.learning.shots import learning_shots, watch
from engine.models.hit_net import HitNet, HitNetConfig
from engine.models.hits import HitModel, hit_description
from engine.models.motion_net import MotionNetConfig
from engine.models.picking import PickingConfig
from engine.models.shot_view import ViewConfig

Times = Sequence[float] | NDArray[np.float64]

RATE_HZ, SOUND_HZ = 30, 48_000
_WIDTH, _HEIGHT, _TABLE = 96, 72, 60.0
_FALL_S, _REST_S = 0.2, 0.15

QUICK = FittingConfig(window=64, times_varied=1, least_windows=12, steps=20, batch_size=6)


def landing_times(seed: int, duration_s: float = 6.0) -> NDArray[np.float64]:
    """When a block lands; never evenly."""
    gaps_s = np.random.default_rng(seed).uniform(0.6, 1.1, int(duration_s))
    times_s = 0.2 + np.cumsum(gaps_s)
    return times_s[times_s < duration_s - 0.4]


def write_film(
    path: Path,
    landings_s: Times,
    seed: int = 0,
    sound: NDArray[np.float32] | None = None,
    duration_s: int = 6,
) -> Path:
    """A film as mkv; landings are seen at these times."""
    left = int(np.random.default_rng(seed).integers(10, 60))
    with av.open(str(path), "w", format="matroska") as container:
        picture = container.add_stream("libx264", rate=RATE_HZ, options={"preset": "ultrafast"})
        picture.width, picture.height, picture.pix_fmt = _WIDTH, _HEIGHT, "yuv420p"
        heard = container.add_stream("pcm_s16le", rate=SOUND_HZ, layout="mono") if sound is not None else None
        for number in range(duration_s * RATE_HZ):
            image = _picture(number / RATE_HZ, landings_s, left)
            container.mux(picture.encode(av.VideoFrame.from_ndarray(image, format="gray")))
        container.mux(picture.encode(None))
        if heard is not None and sound is not None:
            samples = np.ascontiguousarray((32767 * np.clip(sound.T, -1, 1)).astype(np.int16))
            frame = av.AudioFrame.from_ndarray(samples, format="s16", layout="mono")
            frame.sample_rate = SOUND_HZ
            container.mux(heard.encode(frame))
    return path


def knocks(times_s: Times, duration_s: float = 6.0) -> NDArray[np.float32]:
    """Noise that bursts out and dies away, float32 (samples, 1)."""
    rng = np.random.default_rng(0)
    sound = 1e-4 * rng.standard_normal((round(duration_s * SOUND_HZ), 1)).astype(np.float32)
    for time_s in times_s:
        start = round(time_s * SOUND_HZ)
        room = min(SOUND_HZ // 5, len(sound) - start)
        decay = np.exp(-np.arange(room) / 1500)[:, None]
        sound[start : start + room] += (0.4 * decay * rng.standard_normal(decay.shape)).astype(np.float32)
    return sound


def known(path: Path, landings_s: Times) -> Example:
    """A film with what is known of it."""
    contacts = tuple(KnownContact(float(time_s), action="hit") for time_s in landings_s)
    return Example(Stretch(path, 0.0, 6.0), contacts)


def untrained_detector() -> HitModel:
    """A tiny one on motion alone."""
    torch.manual_seed(0)
    motion = MotionNetConfig(
        scales=(2.0,) * len(CHANNELS), cell_width=8, place_width=8, width=16, dilations=(1, 2), dropout=0.0
    )
    config = HitNetConfig(motion=motion, motion_nets=1, picture_nets=0)
    view, picking = ViewConfig(), PickingConfig(threshold=0.4)
    return HitModel(HitNet(config).eval(), view, picking, hit_description(config, view, picking, {}))


def taught_detector(examples: Sequence[Example]) -> HitModel:
    """One that has learned from examples."""
    model = untrained_detector()
    config = replace(QUICK, least_windows=16, steps=60, batch_size=8, learning_rate=1e-2, pull=0.0)
    shots = [
        (0, shot)
        for example in examples
        for shot in learning_shots(watch(example.stretch, model, SILENT_JOB), example)
    ]
    windows = seen_windows(model.network, shots, config, SILENT_JOB)
    return replace(
        model, network=with_networks(model.network, fitted(model.network, windows, config, SILENT_JOB))
    )


def late(model: HitModel, shift_s: float) -> HitModel:
    """The same detector, but all its times are moved."""
    picking = replace(model.picking, shift_s=shift_s)
    description = hit_description(model.network.config, model.view, picking, {})
    return replace(model, picking=picking, description=description)


def _picture(time_s: float, landings_s: Times, left: int) -> NDArray[np.uint8]:
    picture = np.full((_HEIGHT, _WIDTH), 200, np.uint8)
    picture[int(_TABLE) :] = 120
    bottom = 20.0
    for landing_s in landings_s:
        before_s = landing_s - time_s
        if 0 < before_s < _FALL_S:
            bottom = max(bottom, 20 + (_TABLE - 20) * (1 - (before_s / _FALL_S)) ** 2)
        elif -_REST_S < before_s <= 0:
            bottom = _TABLE
        elif -_REST_S - _FALL_S < before_s <= -_REST_S:
            bottom = max(bottom, _TABLE + (_TABLE - 20) * (before_s + _REST_S) / _FALL_S)
    picture[max(0, int(bottom) - 20) : int(bottom), left : left + 16] = 30
    return picture
