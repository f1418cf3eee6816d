"""How well a made sound fits the true hits: when it sets in, how loud it is there, what it sounds like."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from engine.evaluation import bootstrap
from engine.evaluation.bootstrap import Interval
from engine.evaluation.correlation import pearson
from engine.evaluation.onsets import OnsetCounts, count_onsets
from engine.features.flux_onsets import flux_onsets
from engine.models.sound_net import SoundModel
from training.heard.examples import NEXT_IS_APART_S, heard_of_contact
from training.sample_rnn.hit_levels import hit_levels_db
from training.sample_rnn.made_sounds import JudgedClip, Samples

TOLERANCES_S = (0.05, 0.1)


@dataclass(frozen=True, slots=True, eq=False)
class HeardSound:
    """What is heard in one sound for a clip.

    Attributes
    ----------
    clip
        Its name.
    true_s, found_s
        When hits are, and when the sound sets in.
    true_db, made_db
        (hits,) how loud each hit is in the true sound and in this one.
    heard
        How many of the hits whose material is known sound like it, and how many there are.
    """

    clip: str
    true_s: NDArray[np.float64]
    found_s: NDArray[np.float64]
    true_db: NDArray[np.float64]
    made_db: NDArray[np.float64]
    heard: tuple[int, int] = (0, 0)


@dataclass(frozen=True, slots=True)
class SoundScores:
    """Of all sounds of one maker.

    Attributes
    ----------
    f1
        By `TOLERANCES_S`, one to one, pooled, with the range over clips.
    precision, recall
        At the last of the tolerances.
    level_correlation, level_error_db
        Of hits' levels, all clips together; the error is the mean absolute one.
    heard
        Share of hits that an ear takes for the true material; NaN where there is no such hit.
    """

    f1: tuple[Interval, ...]
    precision: float
    recall: float
    level_correlation: float
    level_error_db: float
    heard: float


def listen(clip: JudgedClip, sound: Samples, sample_rate: int, ear: SoundModel) -> HeardSound:
    """Listen to a sound (samples,) for a clip; the ear tells what was struck."""
    times_s = np.array([hit.time_s for hit in clip.hits])
    known = [number for number, place in enumerate(clip.materials) if place >= 0]
    pictures = []
    for number in known:
        later = times_s[times_s > times_s[number] + NEXT_IS_APART_S]
        next_s = float(later.min()) if later.size else None
        pictures.append(heard_of_contact(sound, sample_rate, float(times_s[number]), next_s))
    right = 0
    if pictures:
        said = ear.heard_in(np.stack(pictures)).materials.argmax(1)
        right = int((said == np.array(clip.materials)[known]).sum())
    return HeardSound(
        clip.name,
        times_s,
        sound_onsets(sound, sample_rate),
        np.array([hit.level_db for hit in clip.hits]),
        hit_levels_db(sound, sample_rate, clip.hits),
        (right, len(known)),
    )


def sound_onsets(sound: Samples, sample_rate: int) -> NDArray[np.float64]:
    """When a sound (samples,) sets in, in seconds."""
    return np.array([onset.time_s for onset in flux_onsets(sound, sample_rate)])


def onsets_alone(clip: JudgedClip, found_s: ArrayLike) -> HeardSound:
    """Onsets without a sound, as if they had been heard in one."""
    true_s = np.array([hit.time_s for hit in clip.hits])
    return HeardSound(clip.name, true_s, np.asarray(found_s, np.float64), np.zeros(0), np.zeros(0))


def mean_f1(sounds: Sequence[HeardSound], tolerance_s: float = TOLERANCES_S[-1]) -> float:
    """Of several sounds of one clip."""
    return float(np.mean([counted(sound, tolerance_s).f1 for sound in sounds]))


def scored(sounds: Sequence[HeardSound]) -> SoundScores:
    """The scores of sounds, several of one clip too."""
    clips = [sound.clip for sound in sounds]
    counts = {tolerance_s: [counted(sound, tolerance_s) for sound in sounds] for tolerance_s in TOLERANCES_S}
    last = _together(counts[TOLERANCES_S[-1]])
    true_db = np.concatenate([sound.true_db for sound in sounds])
    made_db = np.concatenate([sound.made_db for sound in sounds])
    right, known = (sum(sound.heard[place] for sound in sounds) for place in (0, 1))
    return SoundScores(
        tuple(
            bootstrap.evaluate(each, lambda some: _together(some).f1, groups=clips)
            for each in counts.values()
        ),
        last.precision,
        last.recall,
        pearson(true_db, made_db) if made_db.size else float("nan"),
        float(np.abs(true_db - made_db).mean()) if made_db.size else float("nan"),
        right / known if known else float("nan"),
    )


def counted(sound: HeardSound, tolerance_s: float) -> OnsetCounts:
    """The onsets of a sound against the true hits."""
    return count_onsets(sound.true_s, sound.found_s, tolerance_s)


def _together(counts: Sequence[OnsetCounts]) -> OnsetCounts:
    return sum(counts, start=OnsetCounts())
