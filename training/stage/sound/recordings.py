"""Real recordings of impacts, one folder per material, laid over the stage's own sounds.

They are steps, drops and breaks rather than blows of a drumstick: they bring what surfaces of a material
really sound like, the stick's attack comes from the kit.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from engine.errors import MediaError, UserFacingError
from engine.project.materials import MATERIALS
from engine.project.timebase import SAMPLE_RATE
from engine.synthesis.impacts.draws import octaves
from engine.synthesis.impacts.finish import faded_end

SUFFIXES = (".wav", ".flac", ".ogg", ".mp3", ".aif", ".aiff", ".m4a")
LONGEST_S = 0.9
SHORTEST_S = 0.02
_ENVELOPE_S = 0.002
_ONSET_BELOW_PEAK_DB = 20.0
_SILENT_PEAK = 1e-4


@dataclass(frozen=True, slots=True)
class RecordingShelf:
    """Recorded impacts by material.

    Attributes
    ----------
    folder
        Where they were read from.
    impacts
        Per material its sounds, each (n,) float64 at `SAMPLE_RATE`, beginning at the impact, with a peak
        of 1. Materials without recordings are absent.
    unusable
        One sentence for each file that could not be used.
    """

    folder: Path
    impacts: dict[str, tuple[NDArray[np.float64], ...]]
    unusable: tuple[str, ...] = ()

    def varied(
        self, material: str, of_thing: np.random.Generator, of_contact: np.random.Generator
    ) -> NDArray[np.float64] | None:
        """One of the recordings at another pitch, length and brightness, or None when there is none.

        Parameters
        ----------
        of_thing
            Chooses the recording and how it is turned: things keep their sound.
        of_contact
            Small differences from contact to contact.
        """
        sounds = self.impacts.get(material)
        if not sounds:
            return None
        sound = sounds[int(of_thing.integers(len(sounds)))]
        speed = octaves(of_thing, 0.4) * octaves(of_contact, 0.05)
        shorter_s = of_thing.uniform(0.08, 0.6)
        tilt = of_thing.uniform(-0.5, 0.5) + of_contact.normal(0.0, 0.06)
        played = np.interp(np.arange(0.0, sound.size - 1.0, speed), np.arange(sound.size), sound)
        played = played * np.exp(-np.arange(played.size) / (shorter_s * SAMPLE_RATE))
        # One zero: below 0 the sound gets brighter, above it duller, by up to 10 dB at the top.
        played = played + tilt * np.concatenate(((0.0,), played[:-1]))
        return faded_end(played / max(1e-9, float(np.abs(played).max())))


@lru_cache(maxsize=2)
def read_shelf(folder: Path, without: tuple[str, ...] = ()) -> RecordingShelf:
    """Read a folder that has one folder of sounds per material.

    Parameters
    ----------
    folder
        Where they are.
    without
        Makers whose sounds are left out: what their names begin with, up to the first "_".

    Raises
    ------
    UserFacingError
        When the folder is not there, or holds no sound of any of the 17 materials.
    """
    if not folder.is_dir():
        raise UserFacingError(f"“{folder}” is not a folder: there are no recordings to read.")
    impacts: dict[str, tuple[NDArray[np.float64], ...]] = {}
    unusable: list[str] = []
    for material in MATERIALS:
        paths = sorted(
            path
            for path in folder.glob(f"{material}/*")
            if path.suffix.lower() in SUFFIXES and path.stem.split("_")[0] not in without
        )
        sounds = []
        for path in paths:
            sound = _impact(path, unusable)
            if sound is not None:
                sounds.append(sound)
        if sounds:
            impacts[material] = tuple(sounds)
    if not impacts:
        why = f" The first of {len(unusable)} broken files: {unusable[0]}" if unusable else ""
        raise UserFacingError(
            f"“{folder}” holds no recording: there should be a folder per material, called for example "
            f"“{folder.name}/wood”, with {', '.join(SUFFIXES[:4])} files in it.{why}"
        )
    return RecordingShelf(folder, impacts, tuple(unusable))


def _impact(path: Path, unusable: list[str]) -> NDArray[np.float64] | None:
    """The loudest impact of one file, from its beginning on; None, and a sentence, when there is none."""
    from engine.media.audio import read_audio

    try:
        samples = read_audio(path, sample_rate=SAMPLE_RATE, channels=1)[:, 0].astype(np.float64)
    except MediaError as error:
        unusable.append(str(error))
        return None
    peak = int(np.argmax(np.abs(samples))) if samples.size else 0
    if not samples.size or abs(samples[peak]) < _SILENT_PEAK:
        unusable.append(f"“{path.name}” is silent.")
        return None
    window = int(_ENVELOPE_S * SAMPLE_RATE)
    before = samples[max(0, peak - SAMPLE_RATE // 4) : peak + 1]
    envelope = np.maximum.reduceat(np.abs(before), np.arange(0, before.size, window))
    quiet = np.flatnonzero(envelope < abs(samples[peak]) * 10.0 ** (-_ONSET_BELOW_PEAK_DB / 20.0))
    first = 0 if not quiet.size else (int(quiet[-1]) + 1) * window
    impact = before[min(first, before.size - 1) :]
    sound = np.concatenate((impact, samples[peak + 1 :]))[: int(LONGEST_S * SAMPLE_RATE)]
    if sound.size < SHORTEST_S * SAMPLE_RATE:
        unusable.append(f"“{path.name}” ends {sound.size / SAMPLE_RATE * 1000:.0f} ms after its impact.")
        return None
    return sound / np.abs(sound).max()
