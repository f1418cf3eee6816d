"""Materials by ear: when a video has the sound of its hits, what is struck is heard as well as seen.

A video's sound may be anything: music, speech, a finished mix. It is listened to only where it sets in when
hits happen: hit by hit, and on the whole only when most hits are heard. What is heard and what is seen are
then taken for two witnesses who know nothing of each other.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from engine.analysis.material_prior import CONTACTS
from engine.analysis.result import Analysis, DetectedHit, ModelVersion
from engine.errors import MediaError
from engine.features.flux_onsets import flux_onsets
from engine.job import SILENT_JOB, Job
from engine.media.audio import read_audio
from engine.media.probe import probe
from engine.models.sound_net import SoundModel, load_sound_model, sound_net_version
from engine.project.materials import ACTIONS, MATERIALS
from engine.project.timebase import SAMPLE_RATE

Probabilities = NDArray[np.float64]

HEARD_WITHIN_S = 0.08
"""A hit is heard when the sound sets in this near to it."""
HEARD_SHARE = 0.6
"""So many of the hits have to be heard, or the sound is not theirs."""
FEWEST_HEARD = 3
"""And so many at least: one or two may fall together by chance."""
EAR_WEIGHT = 1.0
"""How much the ear counts against the eye, in log probabilities: neither is the better witness."""

PRIOR_SHARE = 0.5
"""How far the ear alone believes that materials are as common as in the annotations. Elsewhere other
things are struck; a power between 0 and 1 of the counts is a compromise."""

_BLOCK_S, _MARGIN_S = 30.0, 1.5
_BEFORE_S = 0.1
_BEFORE_NEXT_S = 0.02
_FADE_S = 0.01
_LONGEST_S = 1.0
_NEXT_IS_APART_S = 0.12


@dataclass(frozen=True, slots=True, eq=False)
class HeardHits:
    """What the sound of a video says about hits.

    Attributes
    ----------
    materials
        (n, 17) probabilities, all materials taken for equally common; all alike for hits not heard.
    is_heard
        (n,) whether the sound sets in at the hit.
    """

    materials: Probabilities
    is_heard: NDArray[np.bool_]

    @property
    def counts(self) -> bool:
        """Whether the sound is that of these hits."""
        heard = int(self.is_heard.sum())
        return heard >= FEWEST_HEARD and heard >= HEARD_SHARE * len(self.is_heard)


def with_heard_materials(analysis: Analysis, job: Job = SILENT_JOB) -> Analysis:
    """The analysis with the materials of its hits told by eye and ear, where the video's sound is theirs.

    Raises
    ------
    Cancelled
        When the job was cancelled.
    """
    hits = (*analysis.hits, *analysis.candidates)
    if not analysis.hits or not sound_net_version() or not _has_sound(analysis.video.path):
        return analysis
    counted = len(analysis.hits)
    times_s = [hit.time_s for hit in hits]
    try:
        heard = heard_hits(analysis.video.path, times_s, counted, job)
    except MediaError:
        # The picture could be read and the sound can't: what was seen stands.
        return analysis
    if not HeardHits(heard.materials[:counted], heard.is_heard[:counted]).counts:
        return analysis
    told = [
        _retold(hit, row) if is_heard else hit
        for hit, row, is_heard in zip(hits, heard.materials, heard.is_heard, strict=True)
    ]
    return replace(
        analysis,
        hits=tuple(told[:counted]),
        candidates=tuple(told[counted:]),
        model=ModelVersion(analysis.model.name, f"{analysis.model.version}+heard-{sound_net_version()[:8]}"),
    )


def heard_hits(
    path: Path, times_s: Sequence[float], counted: int | None = None, job: Job = SILENT_JOB
) -> HeardHits:
    """Listen to a video at the times of hits.

    Parameters
    ----------
    path
        A video or sound file.
    times_s
        (n,) seconds from the first picture, in any order.
    counted
        How many of them, from the first on, are surely hits: only these cut off the sound of the one before.

    Raises
    ------
    MediaError
        When there is no sound that can be decoded.
    """
    hits_s = np.asarray(times_s, np.float64)
    sure_s = hits_s[: len(hits_s) if counted is None else counted]
    materials = np.full((len(hits_s), len(MATERIALS)), 1 / len(MATERIALS))
    is_heard = np.zeros(len(hits_s), bool)
    model: SoundModel | None = None
    blocks = np.floor(np.maximum(hits_s, 0.0) / _BLOCK_S)
    for done, block in enumerate(np.unique(blocks)):
        job.progress(done / len(np.unique(blocks)), "Listening to the hits")
        start_s = max(0.0, float(block) * _BLOCK_S - _MARGIN_S)
        end_s = float(block + 1) * _BLOCK_S + _MARGIN_S
        sound = np.nan_to_num(read_audio(path, channels=1, start_s=start_s, end_s=end_s, job=job)[:, 0])
        onsets_s = np.array([start_s + onset.time_s for onset in flux_onsets(sound, SAMPLE_RATE)])
        if not onsets_s.size:
            continue
        here = np.flatnonzero(blocks == block)
        nearest_s = onsets_s[np.abs(onsets_s - hits_s[here, None]).argmin(axis=1)]
        is_near = np.abs(nearest_s - hits_s[here]) <= HEARD_WITHIN_S
        here, nearest_s = here[is_near], nearest_s[is_near]
        model = model or load_sound_model()
        pieces = [_piece(sound, start_s, float(onset_s), sure_s) for onset_s in nearest_s]
        heard = model.hear([piece for piece, _ in pieces], SAMPLE_RATE, [onset_s for _, onset_s in pieces])
        materials[here], is_heard[here] = heard.materials, True
    return HeardHits(materials, is_heard)


def fused(seen: Probabilities, heard: Probabilities, weight: float = EAR_WEIGHT) -> Probabilities:
    """What eye and ear say together.

    Parameters
    ----------
    seen
        (n, 17) probabilities that know how common materials are.
    heard
        (n, 17) probabilities for which all are equally common.
    weight
        How much the ear counts.

    Returns
    -------
    (n, 17), each row of sum 1
    """
    together = np.log(np.maximum(seen, 1e-6)) + weight * np.log(np.maximum(heard, 1e-6))
    together = np.exp(together - together.max(axis=1, keepdims=True))
    return together / together.sum(axis=1, keepdims=True)


def with_prior(heard: Probabilities, share: float = PRIOR_SHARE) -> Probabilities:
    """What the ear says where nothing is seen: rare materials less likely, (n, 17) as `heard`."""
    counts = np.array([sum(CONTACTS[action][name] for action in ACTIONS) for name in MATERIALS], np.float64)
    weighed = heard * (counts / counts.sum()) ** share
    return weighed / weighed.sum(axis=1, keepdims=True)


def _piece(
    sound: NDArray[np.float32], start_s: float, onset_s: float, hits_s: Probabilities
) -> tuple[NDArray[np.float32], float]:
    """The sound of one hit up to the next one, and when in it the hit is."""
    later_s = hits_s[hits_s > onset_s + _NEXT_IS_APART_S]
    end_s = min(onset_s + _LONGEST_S, float(later_s.min(initial=np.inf)) - _BEFORE_NEXT_S)
    first = max(0, round((onset_s - _BEFORE_S - start_s) * SAMPLE_RATE))
    piece = sound[first : max(first, round((end_s - start_s) * SAMPLE_RATE))].copy()
    fade = min(piece.size, round(_FADE_S * SAMPLE_RATE))
    piece[piece.size - fade :] *= np.linspace(1.0, 0.0, fade, dtype=np.float32)
    return piece, onset_s - start_s - first / SAMPLE_RATE


def _retold(hit: DetectedHit, heard: Probabilities) -> DetectedHit:
    seen = dict(hit.materials)
    row = np.array([[seen.get(name, 0.0) for name in MATERIALS]])
    told = fused(row, heard[None])[0]
    order = np.argsort(-told, kind="stable")
    return replace(hit, materials=tuple((MATERIALS[place], float(told[place])) for place in order))


def _has_sound(path: Path) -> bool:
    try:
        return bool(probe(path).audio)
    except MediaError:
        return False
