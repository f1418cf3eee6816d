"""Decays and rooms as heard in clips, and clips under their envelope."""

from __future__ import annotations

import numpy as np
import torch

from engine.features.hit_curves import SoundingHit
from engine.features.hit_envelope import DECAY_TIMES_S
from engine.features.quantisation import levels_as_samples, quantised
from engine.models.picture_sound import PictureSound, PictureSoundConfig
from engine.models.sample_rnn import SampleRnnConfig
from engine.project.materials import MATERIALS
from training.sample_rnn.clips import SoundingClip
from training.sample_rnn.envelopes import heard_decays_db, room_db, with_envelopes
from training.sample_rnn.stretches import Stretches

_RNN = SampleRnnConfig(width=16, embedding=4)
_CONFIG = PictureSoundConfig("hits", quantisation="mu-law", has_envelope=True, features=3, rnn=_RNN)
_WOOD = MATERIALS.index("wood")


def _clip() -> SoundingClip:
    """Ten hits on wood that fall by 60 dB in a second, in a quiet room."""
    rng = np.random.default_rng(0)
    samples = rng.normal(size=160_000) * 1e-3
    wood = tuple(float(name == "wood") for name in MATERIALS)
    for start in range(8_000, 160_000, 16_000):
        count = min(16_000, 160_000 - start)
        samples[start : start + count] += (
            0.2 * rng.normal(size=count) * 10 ** (-3 * np.arange(count) / 16_000)
        )
    hits = tuple(SoundingHit(0.5 + second, -15.0, "hit", 0.0, wood) for second in range(10))
    return SoundingClip("clip", quantised(samples, "mu-law"), np.zeros((157, 3), np.float16), hits)


def test_a_decay_is_heard_as_it_is() -> None:
    decays_db = heard_decays_db([_clip()], _CONFIG)
    assert np.all(np.diff(decays_db, axis=1) <= 0.0)
    fall_db = decays_db[_WOOD, DECAY_TIMES_S.index(0.04)] - decays_db[_WOOD, DECAY_TIMES_S.index(0.32)]
    assert abs(fall_db - 60 * 0.28) < 3.0


def test_a_clip_under_its_envelope_is_as_loud_everywhere() -> None:
    clip = _clip()
    assert abs(room_db(levels_as_samples(clip.levels, "mu-law"), 16_000) - -60.0) < 4.0
    network = PictureSound(_CONFIG)
    network.decays_db.copy_(torch.from_numpy(heard_decays_db([clip], _CONFIG)))
    [shaped] = with_envelopes(network, [clip])
    powers = np.square(levels_as_samples(shaped.levels, "mu-law")).reshape(-1, 1600).mean(axis=1)
    assert np.ptp(10 * np.log10(powers)) < 10.0
    sample = Stretches([shaped], _CONFIG, 4, is_anywhere=True).draw(0, np.random.default_rng(0))
    assert sample["curves"].shape == (4 * _CONFIG.steps_per_picture, _CONFIG.curves)
