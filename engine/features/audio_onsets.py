"""Onsets of impacts as Owens et al. find them: where the amplitude jumps, gathered by mean shift.

The amplitude's gradient is thresholded, the moments above are gathered by mean shift, and of onsets nearer
together than a quarter of a second only the strongest stays. The quarter second is theirs; the other numbers
are ours, and suit the real clips. `flux_onsets` finds more and times it better: this is for comparison with
what others train on.

Conventions
-----------
Sounds are mono float (n,) within -1..1 at any rate. Times are in seconds from the first sample.

References
----------
Owens, Isola, McDermott, Torralba, Adelson, Freeman: Visually Indicated Sounds. CVPR 2016, appendix.
Fukunaga, Hostetler: The Estimation of the Gradient of a Density Function. IEEE Trans. Inf. Theory 1975.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

_STEPS = 100
_STILL_S = 1e-6


@dataclass(frozen=True, slots=True)
class OwensOnsetConfig:
    """How onsets are found.

    Attributes
    ----------
    step_s
        The amplitude is the RMS of stretches this long, and its gradient their difference.
    threshold
        Least gradient of a candidate, as a share of the sound's largest.
    bandwidth_s
        Radius of the mean shift's flat kernel; candidates count by their gradient.
    apart_s
        Of onsets nearer together than this only the strongest stays.
    """

    step_s: float = 0.005
    threshold: float = 0.05
    bandwidth_s: float = 0.03
    apart_s: float = 0.25


def owens_onsets(
    samples: NDArray[np.floating], sample_rate: int, config: OwensOnsetConfig | None = None
) -> NDArray[np.float64]:
    """Times of the onsets, float64 (k,) in order.

    Raises
    ------
    ValueError
        When the samples are not one row of finite numbers.
    """
    config = config or OwensOnsetConfig()
    if samples.ndim != 1:
        raise ValueError(f"onsets are found in a mono sound, not in an array of shape {samples.shape}")
    if not np.isfinite(samples).all():
        raise ValueError("the sound holds samples that are not finite")
    gradient = _amplitude_gradient(samples, sample_rate, config.step_s)
    steps = np.flatnonzero((gradient > 0) & (gradient >= config.threshold * gradient.max(initial=0)))
    modes, strengths = mean_shift(
        np.asarray(steps * config.step_s, np.float64), gradient[steps], config.bandwidth_s
    )
    return _strongest(modes, strengths, config.apart_s)


def mean_shift(
    points: NDArray[np.float64], weights: NDArray[np.float64], bandwidth: float
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Where the points gather.

    Each point moves to the weighted mean of all within `bandwidth` of it until it rests; those that come to
    rest within a bandwidth of each other are one mode, at the place of the strongest.

    Parameters
    ----------
    points
        (n,) ascending.
    weights
        (n,) positive.
    bandwidth
        In the unit of the points.

    Returns
    -------
    modes, strengths
        (k,) ascending, and the sum of the weights around each.
    """
    total = np.concatenate(([0.0], np.cumsum(weights)))
    moment = np.concatenate(([0.0], np.cumsum(weights * points)))
    places = points.copy()
    mass = weights.copy()
    # Rounding must not leave a point outside that lies exactly on the edge.
    reach = bandwidth * (1 + 1e-9)
    for _ in range(_STEPS):
        first = np.searchsorted(points, places - reach)
        end = np.searchsorted(points, places + reach, side="right")
        mass = total[end] - total[first]
        moved = (moment[end] - moment[first]) / mass
        has_rested = np.abs(moved - places).max(initial=0) < _STILL_S * bandwidth
        places = moved
        if has_rested:
            break
    kept: list[int] = []
    for index in np.argsort(-mass, kind="stable"):
        if all(abs(places[index] - places[other]) > bandwidth for other in kept):
            kept.append(int(index))
    kept.sort(key=lambda index: places[index])
    return places[kept], mass[kept]


def _amplitude_gradient(
    samples: NDArray[np.floating], sample_rate: int, step_s: float
) -> NDArray[np.float64]:
    """(steps,) how much louder each stretch is than the one before; it has the time of its beginning."""
    edges = np.rint(np.arange(0, len(samples) / sample_rate, step_s) * sample_rate).astype(np.int64)
    if not len(edges):
        return np.zeros(0)
    power = np.add.reduceat(np.square(samples, dtype=np.float64), edges)
    amplitude = np.sqrt(power / np.diff(np.append(edges, len(samples))))
    return np.diff(amplitude, prepend=amplitude[:1])


def _strongest(
    times_s: NDArray[np.float64], strengths: NDArray[np.float64], apart_s: float
) -> NDArray[np.float64]:
    kept: list[float] = []
    for index in np.argsort(-strengths, kind="stable"):
        if all(abs(times_s[index] - other) >= apart_s for other in kept):
            kept.append(float(times_s[index]))
    return np.array(sorted(kept))
