"""The samples of a layer: a take at its speed, trimmed or drawn out, in as many channels as the mix needs."""

from __future__ import annotations

import numpy as np

from engine.synthesis.mixer.scratch import fill_length
from engine.synthesis.mixer.varispeed import varispeed
from engine.synthesis.mixer.voices import Layer
from engine.synthesis.sound_pool import Samples, SoundPool, sound_key


def layer_samples(layer: Layer, pool: SoundPool, channels: int) -> Samples:
    """What a layer sounds like before any gain.

    Parameters
    ----------
    layer
        The shaping.
    pool
        Where the take's samples come from, and where the shaped ones are kept.
    channels
        Of the mix; a stereo sound in a mono mix is the mean of its channels.

    Returns
    -------
    (n, 1 or 2) float32, read-only.

    Raises
    ------
    MediaError
        When the take's sound can't be read.
    """
    sound = pool.samples(layer.take)
    folds = channels == 1 and sound.shape[1] == 2
    if layer.pitch_semitones == 0.0 and not layer.fill and not folds:
        return sound[layer.start :]
    key = (
        "layer",
        sound_key(layer.take),
        layer.pitch_semitones,
        layer.start,
        layer.fill,
        layer.seed,
        folds,
    )

    def shape() -> Samples:
        folded = sound.mean(axis=1, keepdims=True) if folds else sound
        played = varispeed(folded, layer.pitch_semitones, layer.start)
        shaped = fill_length(played, layer.fill, layer.seed) if layer.fill else played
        return np.ascontiguousarray(shaped)

    return pool.derived(key, shape)
