"""The place around the sound: early reflections of a few walls and a short reverberation, by one filter.

The direct sound arrives at once (sample 0 of the response): what is near enough to be filmed is heard less
than a picture later, and the truth says when things touch.
"""

from __future__ import annotations

import numpy as np
from numpy.fft import irfft, rfft
from numpy.typing import NDArray

from engine.project.timebase import SAMPLE_RATE
from engine.synthesis.impacts.draws import amplitude, octaves, within
from engine.synthesis.impacts.fourier import fast_length
from engine.synthesis.impacts.modal import DECAY_OVER_T60
from engine.synthesis.impacts.noise import BAND_CENTERS_HZ, noise_bands

SOUND_M_PER_S = 343.0
LONGEST_RESPONSE_S = 0.9
_SMOOTH = np.array([0.25, 0.5, 0.25])
"""A wall swallows high frequencies first: one pass of this per reflection."""


def draw_room(rng: np.random.Generator, *, outdoors: bool) -> NDArray[np.float64]:
    """The response of a place to a click, as the microphone hears it.

    Returns
    -------
    NDArray
        (n,) float64 at `SAMPLE_RATE`; sample 0 is the direct sound with amplitude 1.
    """
    return _outdoors(rng) if outdoors else _indoors(rng)


def placed(sound: NDArray[np.float64], response: NDArray[np.float64]) -> NDArray[np.float32]:
    """The dry sound, (n,), in the room: (n,) float32."""
    size = fast_length(sound.size + response.size - 1)
    spectrum = rfft(sound.astype(np.float32), size) * rfft(response.astype(np.float32), size)
    return irfft(spectrum, size)[: sound.size].astype(np.float32, copy=False)


def _indoors(rng: np.random.Generator) -> NDArray[np.float64]:
    side_m = np.array([within(rng, 2.2, 12.0), within(rng, 2.2, 9.0), within(rng, 2.2, 4.0)])
    source_m = side_m * rng.uniform(0.15, 0.85, 3)
    distance_m = within(rng, 0.35, 1.6)
    away = rng.standard_normal(3)
    microphone_m = np.clip(source_m + distance_m * away / np.linalg.norm(away), 0.05, side_m - 0.05)
    kept = rng.uniform(0.3, 0.9, (3, 2))
    t60_s = within(rng, 0.12, 0.9)
    early = _reflections(source_m, microphone_m, side_m, kept)
    # How far reverberation lies below the direct sound follows from distance and room, and both vary.
    reverberation_db = rng.uniform(-26.0, -6.0)
    return _response(early, t60_s, within(rng, 0.35, 1.0), reverberation_db, rng)


def _outdoors(rng: np.random.Generator) -> NDArray[np.float64]:
    early = np.zeros(int(0.25 * SAMPLE_RATE))
    early[0] = 1.0
    ground_s = within(rng, 0.0004, 0.005)
    _add(early, ground_s, rng.uniform(0.1, 0.7), 1)
    for _ in range(int(rng.integers(0, 4))):
        _add(early, within(rng, 0.012, 0.2), amplitude(rng.uniform(-42.0, -22.0)), 3)
    return _response(early, within(rng, 0.08, 0.5), within(rng, 0.35, 1.0), rng.uniform(-42.0, -20.0), rng)


def _reflections(
    source_m: NDArray[np.float64],
    microphone_m: NDArray[np.float64],
    side_m: NDArray[np.float64],
    kept: NDArray[np.float64],
) -> NDArray[np.float64]:
    """Direct sound and up to three reflections in a box, by image sources.

    References
    ----------
    J. B. Allen, D. A. Berkley, "Image method for efficiently simulating small-room acoustics", JASA 65, 1979.
    """
    steps = np.stack(np.meshgrid(*[np.arange(-2, 3)] * 3, indexing="ij"), axis=-1).reshape(-1, 3)
    bounces = np.abs(steps).sum(axis=1)
    steps, bounces = steps[bounces <= 3], bounces[bounces <= 3]
    # Image n of a source at x between walls at 0 and s lies at n s + x, or mirrored for odd n.
    image_m = steps * side_m + np.where(steps % 2 == 0, source_m, side_m - source_m)
    distance_m = np.linalg.norm(image_m - microphone_m, axis=1)
    direct_m = distance_m[bounces == 0][0]
    at_low, at_high = (np.abs(steps) + (steps < 0)) // 2, (np.abs(steps) + (steps > 0)) // 2
    gain = direct_m / distance_m * np.prod(kept[:, 0] ** at_low * kept[:, 1] ** at_high, axis=1)
    response = np.zeros(int(0.13 * SAMPLE_RATE))
    for delay_s, strength, count in zip((distance_m - direct_m) / SOUND_M_PER_S, gain, bounces, strict=True):
        _add(response, float(delay_s), float(strength), int(count))
    return response


def _add(response: NDArray[np.float64], delay_s: float, gain: float, bounces: int) -> None:
    """One echo; it is as dull as its number of bounces says."""
    shape = np.ones(1)
    for _ in range(bounces):
        shape = np.convolve(shape, _SMOOTH)
    # The smoothing reaches to both sides, and no echo comes before the direct sound.
    at = max(round(delay_s * SAMPLE_RATE), bounces if bounces else 0)
    piece = response[at - bounces : at + bounces + 1] if bounces else response[at : at + 1]
    piece += gain * shape[: piece.size]


def _response(
    early: NDArray[np.float64],
    t60_s: float,
    high_share: float,
    reverberation_db: float,
    rng: np.random.Generator,
) -> NDArray[np.float64]:
    """Early echoes and the reverberation after them, whose high frequencies die `high_share` as late."""
    length = max(early.size, int(min(LONGEST_RESPONSE_S, 1.1 * t60_s) * SAMPLE_RATE))
    time_s = np.arange(length) / SAMPLE_RATE
    late = np.zeros(length)
    places = np.linspace(0.0, 1.0, BAND_CENTERS_HZ.size)
    for place, (_, band) in zip(places, noise_bands(length, rng), strict=True):
        band_t60_s = t60_s * high_share**place * octaves(rng, 0.2)
        late += band * np.exp(-DECAY_OVER_T60 / band_t60_s * time_s)
    begins_s = rng.uniform(0.002, 0.02)
    late *= 1.0 - np.exp(-time_s / begins_s)
    late *= amplitude(reverberation_db) / np.sqrt(np.square(late).sum())
    late[: early.size] += early
    return late
