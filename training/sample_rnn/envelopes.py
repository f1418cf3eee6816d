"""Clips under the envelope of their hits, and how sounds of each material die away, as heard in clips."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.ndimage import uniform_filter1d

from engine.features.hit_curves import SoundingHit
from engine.features.hit_envelope import DECAY_TIMES_S, DECAYS_SHAPE
from engine.features.quantisation import levels_as_samples
from engine.models.picture_sound import PictureSound, PictureSoundConfig
from engine.project.materials import MATERIALS
from engine.synthesis.sample_rnn.sound_code import SoundCode
from training.sample_rnn.clips import SoundingClip
from training.sample_rnn.hit_levels import window_powers

_WINDOW_S = 0.004
_LEAST_HEARD = 8
_PERCENTILE = 75.0
"""Sounds that ring longer than most stick out of their envelope less than they would at the median."""
_GONE_DB = -70.0
_ROOM_WINDOW_S = 1 / 30
_ROOM_PERCENTILE = 10.0
_ROOM_DB = (-70.0, -20.0)
_EVEN_WINDOW_S = 0.06
_NEVER_BELOW = 1e-4
"""Noise of this RMS is added: where a clip is digitally silent there would be nothing to make even."""
_LOUDER_THAN_ROOM = 2.0
"""As a share of its power: so much of what is heard of a hit may be the room."""


def heard_decays_db(clips: Sequence[SoundingClip], config: PictureSoundConfig) -> NDArray[np.float32]:
    """A table of decays, see `engine.features.hit_envelope`, from plain clips: (materials + 1, times).

    A hit is heard until the next one; scratches, whose end nobody states exactly, are not.
    """
    heard: list[list[list[float]]] = [[[] for _ in DECAY_TIMES_S] for _ in range(DECAYS_SHAPE[0])]
    window = round(_WINDOW_S * config.sample_rate)
    for clip in clips:
        samples = levels_as_samples(clip.levels, config.quantisation)
        room = _LOUDER_THAN_ROOM * 10.0 ** (room_db(samples, config.sample_rate) / 10.0)
        levels_db = _in_db(window_powers(samples, window) - room)
        for hit, end_s in _with_ends(clip):
            material = hit.materials.index(1.0) if 1.0 in hit.materials else len(MATERIALS)
            for number, since_s in enumerate(DECAY_TIMES_S):
                place = round((hit.time_s + since_s) * config.sample_rate)
                if hit.time_s + since_s + _WINDOW_S < end_s and place < len(levels_db):
                    for row in {material, len(MATERIALS)}:
                        heard[row][number].append(levels_db[place] - hit.level_db)
    decays_db = np.full(DECAYS_SHAPE, _GONE_DB)
    for row in reversed(range(DECAYS_SHAPE[0])):
        for number, values in enumerate(heard[row][:-1]):
            is_known = len(values) >= _LEAST_HEARD
            decays_db[row, number] = np.percentile(values, _PERCENTILE) if is_known else decays_db[-1, number]
    # Loudest first: what builds up within some thousandths of a second has its level from the beginning.
    return np.maximum.accumulate(decays_db[:, ::-1], axis=1)[:, ::-1].astype(np.float32)


def room_db(samples: NDArray[np.floating], sample_rate: int) -> float:
    """How loud a clip is where nothing sounds, in dBFS."""
    quiet = np.percentile(window_powers(samples, round(_ROOM_WINDOW_S * sample_rate)), _ROOM_PERCENTILE)
    return float(np.clip(_in_db(quiet), *_ROOM_DB))


def with_envelopes(network: PictureSound, clips: Sequence[SoundingClip]) -> list[SoundingClip]:
    """Plain clips as a network hears them: for one with an envelope, their shape under it."""
    if not network.config.has_envelope:
        return list(clips)
    decays_db = network.decays_db.cpu().numpy()
    return [_under_envelope(clip, network.config, decays_db) for clip in clips]


def _under_envelope(
    clip: SoundingClip, config: PictureSoundConfig, decays_db: NDArray[np.floating]
) -> SoundingClip:
    samples = levels_as_samples(clip.levels, config.quantisation)
    code = SoundCode(config, clip.hits, decays_db, room_db(samples, config.sample_rate))
    noise = np.random.default_rng(0).normal(scale=_NEVER_BELOW, size=len(samples))
    envelope = code.envelope(0, len(samples))
    shape = (samples + noise) / envelope
    # As loud everywhere: a network that may find silence under an envelope stays in it.
    power = uniform_filter1d(np.square(shape), round(_EVEN_WINDOW_S * config.sample_rate), mode="nearest")
    even = shape / np.sqrt(power) * envelope
    steps = len(samples) // config.rnn.frame_sizes[0]
    return replace(clip, levels=code.levels(even, 0), envelope=code.told(0, steps))


def _with_ends(clip: SoundingClip) -> list[tuple[SoundingHit, float]]:
    """The hits, no scratches, each with the time of what comes next."""
    starts_s = [*(hit.time_s for hit in clip.hits), np.inf]
    return [(hit, starts_s[number + 1]) for number, hit in enumerate(clip.hits) if hit.action == "hit"]


def _in_db(power: ArrayLike) -> NDArray[np.float64]:
    return 10.0 * np.log10(np.maximum(power, 1e-9))
