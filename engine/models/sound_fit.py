"""Whether a sound fits a hit: six parts, each 0..1, and the probability that they come to together.

material    the probability that both are of one material
picture     how near the sound lies to the picture in the space of the two towers (`two_tower`)
brightness  whether its centre of gravity is where that of such a blow usually lies
level       whether it has to be turned up or down far, which brings up its noise or leaves it dull
shape       whether it begins and dies away as a blow, or a scrape, does (`blow_shape`)
action      whether it is a hit for a hit and a scratch for a scratch, and not too late or too long

The probability is that of a sound of the struck material and of the same action: a logistic function of the
parts whose weights were fitted, and held against hits that it had not seen (`training/fit/README.md`).
Nothing here loads a network.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from engine.models.description import ModelDescription
from engine.models.plain_config import from_plain
from engine.project.materials import MATERIALS

Values = NDArray[np.float64]

PARTS = ("material", "picture", "brightness", "level", "shape", "action")
"""Names of the parts, in the order they are told."""

_LEAST_PART = 0.01
_USUAL_LEVEL_DB = -20.0


@dataclass(frozen=True, slots=True, eq=False)
class HitCues:
    """What is known of a hit.

    Attributes
    ----------
    materials
        (17,) probabilities in the order of `MATERIALS`, sum 1; all 0 when nothing is known.
    level_db
        RMS in dBFS of its loudest 1/30 s.
    is_scratch
        Whether it is one.
    length_s
        Of a scratch; 0 when unknown.
    picture
        (128,) its picture's vector; None when the picture has not been looked at.
    """

    materials: NDArray[np.floating]
    level_db: float
    is_scratch: bool
    length_s: float = 0.0
    picture: NDArray[np.floating] | None = None


@dataclass(frozen=True, slots=True, eq=False)
class SoundCues:
    """What is known of n sounds, a row each.

    Attributes
    ----------
    materials
        (n, 17) probabilities, from a name or heard, sum 1; a row of 0 when nothing is known.
    vectors
        (n, 128) of the sound tower; a row of 0 where the sound has not been listened to. None: nowhere.
    scratch
        (n,) probability that it is a scratch.
    level_db, centroid_hz, attack_s, decay_s
        (n,) as `engine.library.acoustics` measures them.
    duration_s
        (n,) of the whole file.
    unlike
        (n, 2) `BlowShapes.distances` of each, from a hit and a scratch; NaN where unknown. None: nowhere.
    """

    materials: NDArray[np.floating]
    vectors: NDArray[np.floating] | None
    scratch: NDArray[np.floating]
    level_db: NDArray[np.floating]
    centroid_hz: NDArray[np.floating]
    attack_s: NDArray[np.floating]
    decay_s: NDArray[np.floating]
    duration_s: NDArray[np.floating]
    unlike: NDArray[np.floating] | None = None

    def __len__(self) -> int:
        return len(self.materials)


@dataclass(frozen=True, slots=True)
class PartWeights:
    """Weights of the parts in log odds, none below 0, and what they are added to."""

    bias: float
    material: float
    picture: float
    brightness: float
    level: float
    shape: float
    action: float

    def __post_init__(self) -> None:
        if min(getattr(self, name) for name in PARTS) < 0.0:
            raise ValueError("no part may count against a sound, so no weight is below 0")


@dataclass(frozen=True, slots=True)
class SoundFit:
    """What was fitted.

    Attributes
    ----------
    with_picture, without_picture
        Weights where both vectors are known, and where one is missing.
    octaves
        By material, in the order of `MATERIALS`: log2 of the centroid in Hz that a blow of -20 dBFS on it
        usually has.
    octaves_per_10_db
        So much brighter is one that is 10 dB louder.
    octaves_spread
        Standard deviation around that.
    slowest_attack_s
        A sound of a hit that reaches its peak later is late.
    nearest, spread
        The distance of a shape from which on it counts against a sound, and that at which the part has fallen
        to 1 / e.
    usual_shape
        The part of a sound whose shape is unknown.
    """

    with_picture: PartWeights
    without_picture: PartWeights
    octaves: tuple[float, ...]
    octaves_per_10_db: float = 0.1
    octaves_spread: float = 1.0
    slowest_attack_s: float = 0.02
    nearest: float = 0.035
    spread: float = 0.04
    usual_shape: float = 0.5

    @property
    def picture_counts(self) -> bool:
        """Whether it matters how near a sound lies to the picture; else nobody need ask."""
        return self.with_picture.picture > 0.0

    def __post_init__(self) -> None:
        if len(self.octaves) != len(MATERIALS):
            raise ValueError(f"{len(self.octaves)} materials have a brightness, not {len(MATERIALS)}")


BY_HAND = SoundFit(
    with_picture=PartWeights(-0.2, 1.3, 0.0, 0.3, 0.3, 0.0, 0.8),
    without_picture=PartWeights(-0.2, 1.3, 0.0, 0.3, 0.3, 0.0, 0.8),
    octaves=(11.0,) * len(MATERIALS),
)
"""Weights chosen by hand, for a program without the fitted ones."""


def parts_of(hit: HitCues, sounds: SoundCues, fit: SoundFit) -> dict[str, Values]:
    """The parts of each sound's fit: by the names in `PARTS`, (n,) float64 in 0..1.

    The part `picture` is NaN where the hit's or the sound's vector is missing, and everywhere when it does
    not count; `shape` is NaN where it is unknown.
    """
    return {
        "material": material_part(hit.materials, sounds.materials),
        "picture": _picture_part(hit, sounds, fit),
        "brightness": _brightness_part(hit, sounds, fit),
        "level": _level_part(hit, sounds),
        "shape": _shape_part(hit, sounds, fit),
        "action": _action_part(hit, sounds, fit),
    }


def fit_probability(
    parts: Mapping[str, NDArray[np.floating]],
    fit: SoundFit,
    more_log_odds: NDArray[np.floating] | float = 0.0,
) -> Values:
    """The probability that each sound fits: (n,) float64 in 0..1.

    Parameters
    ----------
    parts
        As `parts_of` gives them; one that is left out but `material` and `picture` counts as 1, which gives
        what the others reach at most.
    fit
        The weights.
    more_log_odds
        (n,) or one for all: what is known beside the parts, such as the person's earlier choices; 0 leaves
        the probability as it is.
    """
    odds = fit_log_odds(parts, fit) + more_log_odds
    return 1.0 / (1.0 + np.exp(-np.clip(odds, -50.0, 50.0)))


def fit_log_odds(parts: Mapping[str, NDArray[np.floating]], fit: SoundFit) -> Values:
    """`fit_probability` as log odds: (n,) float64."""
    if "shape" in parts:
        parts = {**parts, "shape": np.nan_to_num(parts["shape"], nan=fit.usual_shape)}
    seen = np.isfinite(parts["picture"])
    if seen.all():
        return _log_odds(parts, fit.with_picture)
    if not seen.any():
        return _log_odds(parts, fit.without_picture)
    return np.where(seen, _log_odds(parts, fit.with_picture), _log_odds(parts, fit.without_picture))


def material_part(hit: NDArray[np.floating], sounds: NDArray[np.floating]) -> Values:
    """The probability that a hit and each sound are of one material; what is unknown may be any alike.

    Parameters
    ----------
    hit
        (17,) probabilities, or all 0.
    sounds
        (n, 17) probabilities, or rows of 0.
    """
    return _completed(np.asarray(sounds, np.float64)) @ _completed(np.asarray(hit, np.float64)[None])[0]


def sound_fit_of(description: ModelDescription) -> SoundFit:
    """The fitted weights, from the description of the two-tower model that they were fitted with.

    Raises
    ------
    ConfigError
        When they are missing or damaged.
    """
    return from_plain(SoundFit, description.config.get("fit", {}), complete=True, where="fit")


def _completed(probabilities: Values) -> Values:
    totals = probabilities.sum(axis=1, keepdims=True)
    even = np.full(probabilities.shape, 1.0 / len(MATERIALS))
    return np.where(totals > 0.0, probabilities / np.where(totals > 0.0, totals, 1.0), even)


def _log_odds(parts: Mapping[str, NDArray[np.floating]], weights: PartWeights) -> Values:
    # Probabilities count by their logarithm, as evidence does; the picture's part is a cosine.
    odds = np.full(len(parts["material"]), float(weights.bias))
    for name in ("material", "brightness", "level", "shape", "action"):
        if name not in parts:
            continue
        odds += getattr(weights, name) * np.log(np.maximum(np.asarray(parts[name], np.float64), _LEAST_PART))
    return odds + weights.picture * (2.0 * np.nan_to_num(parts["picture"], nan=0.5) - 1.0)


def _picture_part(hit: HitCues, sounds: SoundCues, fit: SoundFit) -> Values:
    if hit.picture is None or sounds.vectors is None or not fit.picture_counts:
        return np.full(len(sounds), np.nan)
    is_heard = np.any(sounds.vectors != 0.0, axis=1)
    cosine = np.asarray(sounds.vectors @ np.asarray(hit.picture, sounds.vectors.dtype), np.float64)
    return np.where(is_heard, np.clip(0.5 + 0.5 * cosine, 0.0, 1.0), np.nan)


def _brightness_part(hit: HitCues, sounds: SoundCues, fit: SoundFit) -> Values:
    likely = _completed(np.asarray(hit.materials, np.float64)[None])[0]
    louder_db = np.clip(hit.level_db - _USUAL_LEVEL_DB, -20.0, 20.0)
    expected = likely @ np.array(fit.octaves) + fit.octaves_per_10_db * louder_db / 10.0
    octaves = np.log2(np.maximum(np.asarray(sounds.centroid_hz, np.float64), 20.0))
    return np.exp(-0.5 * ((octaves - expected) / fit.octaves_spread) ** 2)


def _level_part(hit: HitCues, sounds: SoundCues) -> Values:
    # Turning a faint recording up brings up its noise; turning a loud one far down is dull.
    gain_db = hit.level_db - np.asarray(sounds.level_db, np.float64)
    up, down = np.maximum(0.0, gain_db - 9.0) / 12.0, np.maximum(0.0, -gain_db - 18.0) / 24.0
    return np.exp(-(up**2) - down**2)


def _shape_part(hit: HitCues, sounds: SoundCues, fit: SoundFit) -> Values:
    if sounds.unlike is None:
        return np.full(len(sounds), np.nan)
    distance = np.asarray(sounds.unlike, np.float64)[:, 1 if hit.is_scratch else 0]
    return np.exp(-np.maximum(0.0, distance - fit.nearest) / fit.spread)


def _action_part(hit: HitCues, sounds: SoundCues, fit: SoundFit) -> Values:
    scratch = np.clip(np.asarray(sounds.scratch, np.float64), 0.0, 1.0)
    duration_s = np.asarray(sounds.duration_s, np.float64)
    if hit.is_scratch:
        if hit.length_s <= 0.0:
            return scratch
        # A long recording can be trimmed; a short one has to be drawn out, which is heard.
        return scratch * np.minimum(1.0, duration_s / hit.length_s) ** 0.25
    # A late peak is heard as late, a long sound runs into the next hit.
    late_s = np.maximum(0.0, np.asarray(sounds.attack_s, np.float64) - fit.slowest_attack_s)
    long_s = np.maximum(0.0, np.asarray(sounds.decay_s, np.float64) - 0.6)
    whole_s = np.maximum(0.0, duration_s - 2.0)
    return (1.0 - scratch) * np.exp(-late_s / 0.15 - long_s / 2.0 - whole_s / 4.0)
