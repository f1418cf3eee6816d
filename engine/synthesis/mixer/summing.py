"""Adding voices up: the mixer's inner loop, sample-accurate and in a fixed order.

Each output sample is the sum of the same products in the same order, whatever range is asked for, so a
part of the mix is bit for bit the part of the whole.
"""

from __future__ import annotations

import os
from concurrent.futures import ThreadPoolExecutor
from itertools import pairwise

import numpy as np

from engine.compiled import compiled
from engine.errors import MediaError
from engine.synthesis.mixer.layers import layer_samples
from engine.synthesis.mixer.levels import fade_ramp
from engine.synthesis.mixer.timeline import STRETCH, Timeline
from engine.synthesis.sound_pool import Samples, SoundPool

_WORTH_SHARING = 20 * STRETCH
_MOST_THREADS = 4


def add_voices(out: Samples, start: int, timeline: Timeline, pool: SoundPool) -> None:
    """Add the voices that sound in `[start, start + len(out))` to `out`.

    Parameters
    ----------
    out
        (n, channels) float32, C-contiguous.
    start
        Project sample of `out[0]`.
    timeline
        The voices; one whose sound can't be read is silent here and listed in `pool.missing`.
    pool
        Their sounds.
    """
    end = start + out.shape[0]
    threads = min(_MOST_THREADS, os.cpu_count() or 1) if out.shape[0] >= _WORTH_SHARING else 1
    first, last = start // STRETCH, -(-end // STRETCH)
    edges = [(first + (last - first) * share // threads) * STRETCH for share in range(threads + 1)]
    shares = [(max(start, a), min(end, b)) for a, b in pairwise(edges) if a < b]
    if len(shares) == 1:
        _add_stretches(out, start, *shares[0], timeline, pool)
        return
    with ThreadPoolExecutor(len(shares)) as workers:
        for done in [
            workers.submit(_add_stretches, out, start, first, last, timeline, pool) for first, last in shares
        ]:
            done.result()


def _add_stretches(
    out: Samples, start: int, first: int, last: int, timeline: Timeline, pool: SoundPool
) -> None:
    # Stretch by stretch, the part of `out` that is being summed stays in the processor's cache.
    while first < last:
        end = min(last, (first // STRETCH + 1) * STRETCH)
        _add_range(out[first - start : end - start], first, timeline, pool)
        first = end


def _add_range(out: Samples, start: int, timeline: Timeline, pool: SoundPool) -> None:
    channels = out.shape[1]
    flat = out.reshape(-1)
    end = start + out.shape[0]
    for voice in timeline.within(start, end):
        try:
            sound = layer_samples(voice.layer, pool, channels)
        except MediaError:
            continue
        first = max(start, voice.position)
        last = min(end, voice.end_exclusive, voice.position + sound.shape[0])
        if first >= last:
            continue
        add = _add_mono if channels == 1 else _add_mono_to_stereo if sound.shape[1] == 1 else _add_stereo
        add(
            flat,
            first - start,
            sound.reshape(-1),
            first - voice.position,
            last - voice.position,
            voice.length,
            np.float32(voice.gains.left),
            np.float32(voice.gains.right),
            fade_ramp(voice.fade_in),
            fade_ramp(voice.fade_out),
        )


_SIGNATURE = (
    'void(float32[::1], int64, Array(float32, 1, "C", readonly=True), int64, int64, int64,'
    ' float32, float32, Array(float32, 1, "C", readonly=True), Array(float32, 1, "C", readonly=True))'
)


@compiled("float32(int64, int64, %s, %s)" % (('Array(float32, 1, "C", readonly=True)',) * 2))
def _fade(frame, length, fade_in, fade_out):
    gain = np.float32(1.0)
    if frame < fade_in.size:
        gain *= fade_in[frame]
    left = length - 1 - frame
    if left < fade_out.size:
        gain *= fade_out[left]
    return gain


# The part between the fades has no branch, so that the compiler can add eight samples at a time; it
# multiplies in the same order as the faded parts.
@compiled(_SIGNATURE)
def _add_mono(out, at, sound, first, last, length, left, right, fade_in, fade_out):
    body = min(max(first, fade_in.size), last)
    tail = max(body, min(last, length - fade_out.size))
    for frame in range(first, body):
        out[at + frame - first] += sound[frame] * (left * _fade(frame, length, fade_in, fade_out))
    source = sound[body:tail]
    target = out[at + body - first : at + tail - first]
    for frame in range(source.size):
        target[frame] += source[frame] * left
    for frame in range(tail, last):
        out[at + frame - first] += sound[frame] * (left * _fade(frame, length, fade_in, fade_out))


@compiled(_SIGNATURE)
def _add_mono_to_stereo(out, at, sound, first, last, length, left, right, fade_in, fade_out):
    body = min(max(first, fade_in.size), last)
    tail = max(body, min(last, length - fade_out.size))
    for frame in range(first, body):
        gain = _fade(frame, length, fade_in, fade_out)
        out[2 * (at + frame - first)] += sound[frame] * (left * gain)
        out[2 * (at + frame - first) + 1] += sound[frame] * (right * gain)
    source = sound[body:tail]
    target = out[2 * (at + body - first) : 2 * (at + tail - first)]
    for frame in range(source.size):
        target[2 * frame] += source[frame] * left
        target[2 * frame + 1] += source[frame] * right
    for frame in range(tail, last):
        gain = _fade(frame, length, fade_in, fade_out)
        out[2 * (at + frame - first)] += sound[frame] * (left * gain)
        out[2 * (at + frame - first) + 1] += sound[frame] * (right * gain)


@compiled(_SIGNATURE)
def _add_stereo(out, at, sound, first, last, length, left, right, fade_in, fade_out):
    body = min(max(first, fade_in.size), last)
    tail = max(body, min(last, length - fade_out.size))
    for frame in range(first, body):
        gain = _fade(frame, length, fade_in, fade_out)
        out[2 * (at + frame - first)] += sound[2 * frame] * (left * gain)
        out[2 * (at + frame - first) + 1] += sound[2 * frame + 1] * (right * gain)
    source = sound[2 * body : 2 * tail]
    target = out[2 * (at + body - first) : 2 * (at + tail - first)]
    for frame in range(tail - body):
        target[2 * frame] += source[2 * frame] * left
        target[2 * frame + 1] += source[2 * frame + 1] * right
    for frame in range(tail, last):
        gain = _fade(frame, length, fade_in, fade_out)
        out[2 * (at + frame - first)] += sound[2 * frame] * (left * gain)
        out[2 * (at + frame - first) + 1] += sound[2 * frame + 1] * (right * gain)
