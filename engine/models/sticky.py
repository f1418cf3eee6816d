"""Materials of hits one after another: a stick stays on a thing for some hits, then goes to another.

Forward-backward over the hits of one shot. What two pictures of one scene say is much the same, right or
wrong, so the evidence of a hit counts the less, the more hits its shot has; else ten looks at one mistake
would make it a certainty.

References
----------
Rabiner: A Tutorial on Hidden Markov Models and Selected Applications in Speech Recognition. 1989.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray


@dataclass(frozen=True, slots=True)
class StickyConfig:
    """How much hits have in common with those before and after.

    Attributes
    ----------
    stay
        Probability that the next hit is on the same thing; else it is on anything, as often as it is struck.
    alike
        How much the evidence of two hits of a shot is the same, 0..1: n hits count as
        n / (1 + alike (n - 1)).
    """

    stay: float = 0.83
    alike: float = 0.8


def smoothed(
    probabilities: NDArray[np.floating], prior: NDArray[np.floating], config: StickyConfig | None = None
) -> NDArray[np.float64]:
    """What each hit is on, given what its picture and those of the others say.

    Parameters
    ----------
    probabilities
        (n, 17) of the hits of one shot in order of time, each by itself.
    prior
        (n, 17): how often each material is struck in this way; it is part of `probabilities`.

    Returns
    -------
    (n, 17) probabilities
    """
    config = config or StickyConfig()
    count, classes = probabilities.shape
    if count < 2:
        return np.asarray(probabilities, np.float64)
    share = 1 / (1 + config.alike * (count - 1))
    evidence = np.log(np.maximum(probabilities, 1e-9)) - np.log(np.maximum(prior, 1e-9))
    likelihood = np.exp(share * (evidence - evidence.max(axis=1, keepdims=True)))
    step = config.stay * np.eye(classes) + (1 - config.stay) * prior.mean(axis=0)
    forward, backward = np.empty((count, classes)), np.ones((count, classes))
    forward[0] = _normalised(prior[0] * likelihood[0])
    for hit in range(1, count):
        forward[hit] = _normalised((forward[hit - 1] @ step) * likelihood[hit])
    for hit in range(count - 2, -1, -1):
        backward[hit] = _normalised(step @ (likelihood[hit + 1] * backward[hit + 1]))
    both = forward * backward
    return both / both.sum(axis=1, keepdims=True)


def _normalised(values: NDArray[np.float64]) -> NDArray[np.float64]:
    return values / values.sum()
