"""The task `sounds`: how near generated sounds are to the true ones.

Two folders hold sound files of the same names. Every pair is compared by E-L1; pairs of centred impacts
(half a second, the contact in the middle) by loudness and spectral centroid as Owens et al. do.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from rich.progress import track

from engine.errors import UserFacingError
from engine.evaluation import impact_sounds, rms_curves
from engine.features.cochleagram import CochleagramConfig, cochleagram
from engine.media.audio import read_audio
from training.evaluate import papers
from training.evaluate.score_table import RowKind, ScoreTable

ENDINGS = (".wav", ".flac", ".ogg", ".mp3", ".mp4", ".m4a")
_COCHLEAGRAM_RATE = 48_000
_LONGEST_CENTRED_S = 1.0

Pair = tuple[NDArray[np.float32], NDArray[np.float32]]


@dataclass(frozen=True, slots=True)
class SoundPair:
    """The files of one true sound and the one generated for it."""

    name: str
    true: Path
    generated: Path


def run(true: Path, generated: Path, centred: bool = False) -> None:
    """Print E-L1, and loudness and centroid of centred impacts, beside those of a wrong sound.

    Parameters
    ----------
    true, generated
        Folders of sound files (or videos with sound) of the same names.
    centred
        Whether each file is one impact with the contact in the middle.

    Raises
    ------
    UserFacingError
        When the folders don't match, or a file can't be read.
    """
    pairs = matching_files(true, generated)
    e_l1_table(pairs, generated.name).show()
    if centred:
        impact_table(pairs, generated.name).show()


def matching_files(true: Path, generated: Path) -> list[SoundPair]:
    """The pairs of two folders, by the files' names without ending.

    Raises
    ------
    UserFacingError
        When a true sound has no generated one, or there is none at all.
    """
    files = []
    for folder in (true, generated):
        if not folder.is_dir():
            raise UserFacingError(f"“{folder}” is no folder of sounds.")
        files.append({path.stem: path for path in sorted(folder.iterdir()) if path.suffix.lower() in ENDINGS})
    if not files[0]:
        raise UserFacingError(f"“{true}” holds no sound; files end in {', '.join(ENDINGS)}.")
    missing = sorted(set(files[0]) - set(files[1]))
    if missing:
        raise UserFacingError(
            f"{len(missing)} of {len(files[0])} true sounds have no generated one in “{generated}”, the "
            f"first being “{missing[0]}”."
        )
    return [SoundPair(name, path, files[1][name]) for name, path in files[0].items()]


def e_l1_table(pairs: Sequence[SoundPair], name: str) -> ScoreTable:
    """E-L1 of the pairs, of silence, and of another clip's true sound."""
    sounds = [
        _same_length(*(_mono(path, rms_curves.SAMPLE_RATE) for path in (pair.true, pair.generated)))
        for pair in track(pairs, description="E-L1", transient=True)
    ]
    table = ScoreTable(
        f"RMS curves, {rms_curves.SAMPLE_RATE} Hz, window {rms_curves.WINDOW}, hop {rms_curves.HOP}: "
        f"{len(pairs)} sounds",
        ("E-L1",),
        notes=["A generated sound is cut, or filled up with silence, to the length of the true one."],
    )
    silent = [(one, np.zeros_like(one)) for one, _ in sounds]
    rows: list[tuple[str, list[Pair], RowKind]] = [("silence", silent, "reference"), (name, sounds, "ours")]
    if len(sounds) > 1:
        rows.insert(1, ("another clip's sound", _wrong_pairs(sounds), "reference"))
    for row_name, row_sounds, kind in rows:
        table.add(row_name, f"{rms_curves.evaluate(row_sounds):.4f}", kind=kind)
    return table


def impact_table(pairs: Sequence[SoundPair], name: str) -> ScoreTable:
    """Loudness and centroid of centred impacts."""
    config = CochleagramConfig(sample_rate=_COCHLEAGRAM_RATE)
    sounds = []
    for pair in track(pairs, description="Cochleagrams", transient=True):
        one, other = (_mono(path, _COCHLEAGRAM_RATE) for path in (pair.true, pair.generated))
        if one.size > _LONGEST_CENTRED_S * _COCHLEAGRAM_RATE:
            raise UserFacingError(
                f"“{pair.name}” lasts {one.size / _COCHLEAGRAM_RATE:.1f} s: centred impacts are half a "
                "second, the contact in the middle."
            )
        one, other = _same_length(one, other)
        sounds.append((cochleagram(one, config), cochleagram(other, config)))
    table = ScoreTable(
        f"Centred impacts: {len(sounds)} sounds",
        ("loudness error", "loudness r", "centroid error", "centroid r"),
        notes=["Errors are mean squared ones; the loudness error depends on the recordings' gain."],
    )
    rows: list[tuple[str, list[Pair], RowKind]] = [(name, sounds, "ours")]
    if len(sounds) > 1:
        rows.insert(0, ("another clip's sound", _wrong_pairs(sounds), "reference"))
    for row_name, row_sounds, kind in rows:
        scores = impact_sounds.evaluate(row_sounds)
        table.add(
            row_name,
            scores.loudness_error,
            scores.loudness_correlation,
            scores.centroid_error,
            scores.centroid_correlation,
            kind=kind,
        )
    table.add_papers(papers.IMPACT_SOUNDS, ["loudness_error", "loudness_r", "centroid_error", "centroid_r"])
    return table


def _wrong_pairs(sounds: Sequence[Pair]) -> list[Pair]:
    """Every true sound with the true one of the next clip."""
    following = [*sounds[1:], sounds[0]]
    pairs = []
    for (one, _), (other, _) in zip(sounds, following, strict=True):
        pairs.append(_same_length(one, other))
    return pairs


def _same_length(one: NDArray[np.float32], other: NDArray[np.float32]) -> Pair:
    """The second cut, or filled up with zeros, to the length of the first."""
    fitted = np.zeros_like(one)
    length = min(len(one), len(other))
    fitted[:length] = other[:length]
    return one, fitted


def _mono(path: Path, rate: int) -> NDArray[np.float32]:
    return read_audio(path, sample_rate=rate, channels=1)[:, 0]
