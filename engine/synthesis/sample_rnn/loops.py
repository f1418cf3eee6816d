"""The compiled loop that makes samples, or says how likely they are: any number of streams, 32 or 8 bits.

Conventions
-----------
S streams, T tiers, L layers, W width, R rows and G gates as in `folding`. Everything is filled in place.
"""

from __future__ import annotations

import numba
import numpy as np

from engine.compiled import compiled
from engine.synthesis.sample_rnn.products import LANES, make_whole, multiply

_REACH = 2.0


def _read_only(kind: str, dims: int) -> str:
    return f"Array({kind}, {dims}, 'C', readonly=True)"


def _signature(weights: str) -> str:
    def layer(dims: int) -> list[str]:
        return [
            _read_only(weights, dims),
            _read_only("float32", dims - 1),
            _read_only("float32", dims - 1),
        ]

    parameters = [
        *(_read_only("int64", 1), _read_only("int64", 1), "int64", "boolean", "boolean", "boolean"),
        *(_read_only("float32", 3), _read_only("float32", 3)),
        *(*layer(4), *layer(4), *layer(4), *layer(3), _read_only("float32", 3), *layer(2), *layer(2)),
        *("float32[:,:,:,::1]", "float32[:,:,:,::1]"),
        *(_read_only("float64", 2), "float32", "uint8[:,::1]", "float32[:,:,::1]"),
    ]
    return f"void({', '.join(parameters)})"


_LOG2_E = np.float32(1.44269504)
_LN2_HIGH, _LN2_LOW = np.float32(0.693359375), np.float32(-2.12194440e-4)
_SMALLEST, _LARGEST = np.float32(-87.0), np.float32(88.0)


@numba.njit(inline="always")
def _exp(value):  # type: ignore[no-untyped-def]
    """e to a float32, to 1 part in 10,000,000; without a branch, so that several are done at a time."""
    value = min(max(value, _SMALLEST), _LARGEST)
    power = np.floor(value * _LOG2_E + np.float32(0.5))
    rest = value - power * _LN2_HIGH - power * _LN2_LOW
    sum_ = np.float32(1.9875691500e-4)
    sum_ = sum_ * rest + np.float32(1.3981999507e-3)
    sum_ = sum_ * rest + np.float32(8.3334519073e-3)
    sum_ = sum_ * rest + np.float32(4.1665795894e-2)
    sum_ = sum_ * rest + np.float32(1.6666665459e-1)
    sum_ = sum_ * rest + np.float32(5.0000001201e-1)
    sum_ = sum_ * rest * rest + rest + np.float32(1.0)
    return sum_ * np.int32((np.int32(power) + np.int32(127)) << np.int32(23)).view(np.float32)


@numba.njit(inline="always")
def _sigmoid(value):  # type: ignore[no-untyped-def]
    return np.float32(1.0) / (np.float32(1.0) + _exp(-value))


@numba.njit(inline="always")
def _tanh(value):  # type: ignore[no-untyped-def]
    return np.float32(1.0) - np.float32(2.0) / (np.float32(1.0) + _exp(np.float32(2.0) * value))


@numba.njit(nogil=True, error_model="numpy", fastmath={"contract"})
def _gru(told, felt, hidden):  # type: ignore[no-untyped-def]
    """Gates (S, >= 3 W) from what goes in and from the state before, to the state after (S, W)."""
    streams, width = hidden.shape
    for stream in range(streams):
        for unit in range(width):
            reset = _sigmoid(told[stream, unit] + felt[stream, unit])
            keep = _sigmoid(told[stream, width + unit] + felt[stream, width + unit])
            new = _tanh(told[stream, 2 * width + unit] + reset * felt[stream, 2 * width + unit])
            hidden[stream, unit] = new + keep * (hidden[stream, unit] - new)


@numba.njit(nogil=True, error_model="numpy", fastmath={"contract"})
def _lstm(told, felt, hidden, cell):  # type: ignore[no-untyped-def]
    """Gates (S, >= 4 W) from what goes in and from the state before, to the state after (S, W)."""
    streams, width = hidden.shape
    for stream in range(streams):
        for unit in range(width):
            write = _sigmoid(told[stream, unit] + felt[stream, unit])
            keep = _sigmoid(told[stream, width + unit] + felt[stream, width + unit])
            new = _tanh(told[stream, 2 * width + unit] + felt[stream, 2 * width + unit])
            show = _sigmoid(told[stream, 3 * width + unit] + felt[stream, 3 * width + unit])
            cell[stream, unit] = keep * cell[stream, unit] + write * new
            hidden[stream, unit] = show * _tanh(cell[stream, unit])


@numba.njit(inline="always")
def _sum(odds, start):  # type: ignore[no-untyped-def]
    """Of the odds of a few levels; one such sum need not wait for another."""
    sum_ = 0.0
    for level in range(start, start + LANES):
        sum_ += odds[level]
    return sum_


@numba.njit(nogil=True, error_model="numpy", fastmath={"contract"})
def _drawn(odds, uniform, inverse_temperature):  # type: ignore[no-untyped-def]
    """The level whose share of the odds (levels,) a number of 0..1 falls into; the odds are lost."""
    levels = odds.shape[0]
    largest = odds[0]
    for level in range(1, levels):
        largest = max(largest, odds[level])
    for level in range(levels):
        odds[level] = _exp((odds[level] - largest) * inverse_temperature)
    total = 0.0
    for start in range(0, levels, LANES):
        total += _sum(odds, start)
    wanted = uniform * total
    reached = 0.0
    for start in range(0, levels, LANES):
        after = reached + _sum(odds, start)
        if after > wanted:
            for level in range(start, start + LANES):
                reached += odds[level]
                if reached > wanted:
                    return level
            return start + LANES - 1
        reached = after
    return levels - 1


def _make_samples(  # type: ignore[no-untyped-def]
    sizes, ratios, taps, is_lstm, skips, is_known,
    read, condition_rows,
    above, above_scales, above_bias,
    recurrent, recurrent_scales, recurrent_bias,
    upward, upward_scales, upward_bias,
    said, said_scales, said_bias,
    tables,
    second, second_scales, second_bias,
    odds, odds_scales, odds_bias,
    hidden, cell,
    uniforms, inverse_temperature, samples, told_odds,
):  # fmt: skip
    """Fill `samples` (S, context + n) after its first `context`.

    Parameters
    ----------
    sizes, ratios, taps, is_lstm, skips
        Of the network.
    is_known
        Whether the samples are there already, and have only to be heard.
    read
        (T, longest frame, R).
    condition_rows
        (S or 1, steps, R): what the coarsest tier is told; one for all streams, or one each.
    hidden, cell
        (T, L, S, W): where the streams are; they are where they went to afterwards.
    uniforms
        (S, n), numbers of 0..1: one decides each sample.
    told_odds
        (S, n, levels): the log odds of each sample; (S, 0, levels) when nobody asks.
    """
    tiers, layers, streams, width = hidden.shape
    rows, gates, levels = read.shape[2], recurrent.shape[2], odds.shape[0]
    length = uniforms.shape[1]
    context = samples.shape[1] - length
    tells_odds = told_odds.shape[1] > 0
    told = np.empty((streams, rows), np.float32)
    felt = np.empty((streams, gates), np.float32)
    out = np.zeros((tiers, streams, width), np.float32)
    whole_out = np.zeros((tiers, streams, width), np.int16)
    out_scales = np.zeros((tiers, streams), np.float32)
    whole = np.zeros((streams, width), np.int16)
    scales = np.zeros(streams, np.float32)
    first = np.empty((streams, width), np.float32)
    then = np.empty((streams, width), np.float32)
    shares = np.empty((streams, levels), np.float32)
    value_step = np.float32(2.0 * _REACH / (levels - 1))
    for number in range(length):
        place = context + number
        for tier in range(tiers):
            size = sizes[tier]
            if number % size:
                continue
            if tier == 0:
                for stream in range(streams):
                    told[stream] = condition_rows[min(stream, condition_rows.shape[0] - 1), number // size]
            else:
                part = (number // size) % ratios[tier - 1]
                for stream in range(streams):
                    told[stream] = above_bias[tier, part]
                multiply(
                    above[tier, part],
                    above_scales[tier, part],
                    out[tier - 1],
                    whole_out[tier - 1],
                    out_scales[tier - 1],
                    told,
                )
            for stream in range(streams):
                for tap in range(size):
                    value = samples[stream, place - size + tap] * value_step - np.float32(_REACH)
                    for row in range(rows):
                        told[stream, row] += read[tier, tap, row] * value
            for layer in range(layers):
                state = hidden[tier, layer]
                for stream in range(streams):
                    felt[stream] = recurrent_bias[tier, layer]
                make_whole(recurrent, state, whole, scales)
                multiply(recurrent[tier, layer], recurrent_scales[tier, layer], state, whole, scales, felt)
                if layer:
                    before = hidden[tier, layer - 1]
                    for stream in range(streams):
                        told[stream, :gates] = upward_bias[tier, layer]
                    make_whole(upward, before, whole, scales)
                    multiply(upward[tier, layer], upward_scales[tier, layer], before, whole, scales, told)
                if is_lstm:
                    _lstm(told, felt, state, cell[tier, layer])
                else:
                    _gru(told, felt, state)
            for stream in range(streams):
                for unit in range(width):
                    out[tier, stream, unit] = hidden[tier, layers - 1, stream, unit]
                    if skips:
                        out[tier, stream, unit] += told[stream, gates + unit]
            make_whole(said, out[tier], whole_out[tier], out_scales[tier])
        if is_known and not tells_odds:
            continue
        part = number % ratios[tiers - 1]
        for stream in range(streams):
            for unit in range(width):
                first[stream, unit] = said_bias[part, unit]
            for tap in range(taps):
                level = samples[stream, place - taps + tap]
                for unit in range(width):
                    first[stream, unit] += tables[tap, level, unit]
        last = tiers - 1
        multiply(said[part], said_scales[part], out[last], whole_out[last], out_scales[last], first)
        for stream in range(streams):
            for unit in range(width):
                first[stream, unit] = max(first[stream, unit], np.float32(0.0))
                then[stream, unit] = second_bias[unit]
        make_whole(second, first, whole, scales)
        multiply(second, second_scales, first, whole, scales, then)
        for stream in range(streams):
            for unit in range(width):
                then[stream, unit] = max(then[stream, unit], np.float32(0.0))
            for level in range(levels):
                shares[stream, level] = odds_bias[level]
        make_whole(odds, then, whole, scales)
        multiply(odds, odds_scales, then, whole, scales, shares)
        for stream in range(streams):
            if tells_odds:
                told_odds[stream, number] = shares[stream]
            if not is_known:
                samples[stream, place] = _drawn(shares[stream], uniforms[stream, number], inverse_temperature)


make_samples = compiled(_signature("float32"))(_make_samples)
make_samples_eight_bit = compiled(_signature("int8"))(_make_samples)
