"""E-L1 of predicted levels: how far their envelope is from that of the true sound.

The papers take it between two sounds. A level curve is not yet a sound: its level is held while a picture is
shown, and compared with the true sound's RMS every 8 ms. What the true level of each picture scores in that
way is the best that a curve of levels can do.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

from engine.evaluation import rms_curves
from engine.media.audio import read_audio
from training.datasets.recording import Recording
from training.evaluate import papers
from training.evaluate.detectors import Finder
from training.evaluate.score_table import ScoreTable

Curve = NDArray[np.float64]
_SILENCE_DB = -300.0
LevelPairs = Mapping[str, tuple[Curve, Curve]]


def envelope_table(
    recordings: Sequence[Recording],
    curves: Mapping[str, LevelPairs],
    finders: Mapping[str, Finder],
) -> ScoreTable | None:
    """E-L1 of each model's levels; None when no clip has sound.

    Parameters
    ----------
    curves
        (true, predicted) levels in dB by the model's name and the clip's.
    finders
        By the same names; they know when each picture is shown.
    """
    envelopes = {
        recording.name: rms_curves.rms_curve(
            read_audio(recording.sound, sample_rate=rms_curves.SAMPLE_RATE, channels=1)[:, 0]
        )
        for recording in recordings
        if recording.sound is not None
    }
    if not envelopes:
        return None
    table = ScoreTable(
        f"E-L1 of the level curve against the true sound's envelope: {len(envelopes)} clips",
        ("E-L1", "E-L1*"),
        notes=[
            "In amplitude, so that it depends on the recordings' gain; * after one constant per clip is "
            "taken out in dB.",
        ],
    )
    first, some = next(iter(curves.items()))
    true = {clip: pair[0] for clip, pair in some.items()}
    median_db = float(np.median(np.concatenate(list(true.values()))))
    references = {
        "silence": {clip: np.full(own.size, _SILENCE_DB) for clip, own in true.items()},
        f"always {median_db:.0f} dB, the median of all": {
            clip: np.full(own.size, median_db) for clip, own in true.items()
        },
        "the true level of each picture": true,
    }
    for name, levels in references.items():
        table.add(name, *_errors(envelopes, finders[first], true, levels))
    for name, pairs in curves.items():
        predicted = {clip: pair[1] for clip, pair in pairs.items()}
        own = {clip: pair[0] for clip, pair in pairs.items()}
        table.add(name, *_errors(envelopes, finders[name], own, predicted), kind="ours")
    table.add_papers(papers.LEVEL_ENVELOPES, ["e_l1", None], digits=4)
    return table


def _errors(
    envelopes: Mapping[str, Curve],
    finder: Finder,
    true: Mapping[str, Curve],
    predicted: Mapping[str, Curve],
) -> tuple[str, str]:
    """Mean E-L1 over clips, as it is and without one constant per clip."""
    plain, centred = [], []
    for clip, envelope in envelopes.items():
        times_s = finder.clips[clip].picture_times_s
        constant_db = np.median(true[clip] - predicted[clip])
        plain.append(envelope_error(envelope, times_s, predicted[clip]))
        centred.append(envelope_error(envelope, times_s, predicted[clip] + constant_db))
    return f"{np.mean(plain):.4f}", f"{np.mean(centred):.4f}"


def envelope_error(envelope: Curve, times_s: Curve, level_db: Curve) -> float:
    """Mean distance, in amplitude, of an RMS curve from levels that are held while a picture is shown.

    Parameters
    ----------
    envelope
        (n,) RMS, as `rms_curves.rms_curve` measures it.
    times_s, level_db
        (pictures,) when each is shown, rising, and its level.
    """
    middles_s = (np.arange(envelope.size) + 0.5) * rms_curves.HOP / rms_curves.SAMPLE_RATE
    shown = np.clip(np.searchsorted(times_s, middles_s, side="right") - 1, 0, None)
    return float(np.abs(envelope - 10 ** (level_db[shown] / 20)).mean())
