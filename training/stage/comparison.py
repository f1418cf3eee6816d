"""Real and rendered blows on the same materials, their spectrograms side by side."""

from __future__ import annotations

import os
from collections.abc import Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from engine.errors import UserFacingError
from engine.media.audio import read_audio
from engine.project.timebase import SAMPLE_RATE
from training.datasets.greatest_hits_clips import GreatestHitsClips
from training.datasets.recording import Recording
from training.stage.preview import rendered_clips

MATERIALS_SHOWN = 5
PER_SIDE = 4
BEFORE_S, AFTER_S = 0.1, 0.6
HIGHEST_HZ = 16_000


def default_real_clips() -> Path:
    """Where the real clips lie unless somebody says otherwise."""
    root = Path(__file__).resolve().parents[2]
    return Path(os.environ.get("FOLEY_DATA", root.parent / "shared" / "data")) / "greatest_hits"


def write_spectrograms(path: Path, rendered: Path, real: Path) -> list[str]:
    """Write the sheet: a row per material, real blows on the left, rendered ones on the right.

    Parameters
    ----------
    path
        The picture to write.
    rendered
        A stage's folder.
    real
        A folder of the real clips with their truth and labels.

    Returns
    -------
    list of str
        The materials shown: those with real blows, the ones with the most first.

    Raises
    ------
    UserFacingError
        When one side has no blow on a material of the other.
    """
    import matplotlib as mpl

    mpl.use("Agg")
    import matplotlib.pyplot as plt

    blows = _blows(GreatestHitsClips(real).recordings())
    made = _blows(rendered_clips(rendered))
    materials = sorted(set(blows) & set(made), key=lambda material: -len(blows[material]))[:MATERIALS_SHOWN]
    if not materials:
        raise UserFacingError(
            f"Nothing to compare: real blows on {', '.join(sorted(blows)) or 'nothing'}, rendered ones on "
            f"{', '.join(sorted(made)) or 'nothing'}. Render more clips."
        )
    figure, axes = plt.subplots(
        len(materials), 2 * PER_SIDE, figsize=(4 * PER_SIDE, 2.4 * len(materials)), squeeze=False
    )
    for row, material in zip(axes, materials, strict=True):
        sides = ((row[:PER_SIDE], "real", blows), (row[PER_SIDE:], "rendered", made))
        for places, side, found in sides:
            shown = _spread_out(found[material])
            for place, piece in zip(places, shown, strict=False):
                place.specgram(
                    piece + 1e-9, NFFT=512, Fs=SAMPLE_RATE, noverlap=448, vmin=-140, vmax=-45, cmap="magma"
                )
                place.set_ylim(0, HIGHEST_HZ)
                place.set_title(f"{material}, {side}", fontsize=8)
                place.tick_params(labelsize=6)
                place.set_xlim(0.0, BEFORE_S + AFTER_S)
            for place in places[len(shown) :]:
                place.axis("off")
    figure.tight_layout()
    figure.savefig(path, dpi=75)
    plt.close(figure)
    return materials


def _blows(clips: Sequence[Recording]) -> dict[str, list[NDArray[np.float32]]]:
    """The sound around every labelled hit, by material."""
    blows: dict[str, list[NDArray[np.float32]]] = {}
    for clip in clips:
        hits = [c for c in clip.contacts if c.action == "hit" and c.material and c.time_s > BEFORE_S]
        if not hits or clip.sound is None:
            continue
        samples = read_audio(clip.sound, sample_rate=SAMPLE_RATE, channels=1)[:, 0]
        for hit in hits:
            start, end = (round((hit.time_s + shift) * SAMPLE_RATE) for shift in (-BEFORE_S, AFTER_S))
            if hit.material and end <= samples.size:
                blows.setdefault(hit.material, []).append(samples[start:end])
    return blows


def _spread_out(pieces: list[NDArray[np.float32]]) -> list[NDArray[np.float32]]:
    """Some of the pieces, from the first to the last: neighbours are blows on one thing."""
    count = min(PER_SIDE, len(pieces))
    return [pieces[place] for place in np.linspace(0, len(pieces) - 1, count).astype(int)]
