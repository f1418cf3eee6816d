"""Derive `resources/kit/modes.json` from measured vibration modes of struck objects.

The measurements give, per object, the frequencies (`cf`, Hz), onset powers (`op`, dB) and decay times
(`rt`, s) of its modes. The kit never plays one measured object: it draws fresh ones from statistics of the
whole family, and those statistics are all that this recipe keeps:

- quantiles of the frequencies,
- a line through log decay time over log frequency, with the spread around it,
- a line through level over log frequency, with the spread around it.

A mode measured at 1 kHz with `rt` 0.1 rings for a hundred periods when that is a number of seconds and for a
tenth of one period when it is milliseconds, so seconds it is.

Run it as `python -m training.kit.derive_modes FOLDER OUT.json`.

References
----------
J. Traer, M. Cusimano, J. H. McDermott, "A perceptually inspired generative model of rigid-body contact
sounds", DAFx 2019.
"""

from __future__ import annotations

import json
import re
import sys
from pathlib import Path

import numpy as np

QUANTILES = np.linspace(0.0, 1.0, 9)
LONGEST_T60_S = 3.0
"""Fits that ran into their bound (120 s) say nothing about the object."""
AUDIBLE_RANGE_DB = 40.0
"""Modes this far below the strongest one of their object are left out."""
FAMILIES = {
    "metal",
    "glass",
    "ceramic",
    "stone",
    "wood_hard",
    "wood_medium",
    "wood_soft",
    "plastic_hard",
    "cardboard",
    "paper",
    "fabric",
}


def family_of(path: Path) -> str:
    """The family in a file's name: `wood_hard_2_mm.json` is of `wood_hard`."""
    match = re.fullmatch(r"(.+)_\d_mm", path.stem)
    if match is None:
        raise ValueError(f"{path.name} is not named FAMILY_SIZE_mm.json")
    return match.group(1).lower().replace("plastc", "plastic")


def distinct_objects(folder: Path) -> dict[str, list[np.ndarray]]:
    """Per family the objects measured, each (3, modes): Hz, dB, s; repeats under other sizes are dropped."""
    objects: dict[str, dict[tuple[float, ...], np.ndarray]] = {}
    for path in sorted(folder.glob("*_mm.json")):
        family = family_of(path)
        if family in FAMILIES:
            body = json.loads(path.read_text())
            modes = np.array([body["cf"], body["op"], body["rt"]], dtype=np.float64)
            objects.setdefault(family, {})[tuple(modes[0])] = modes
    return {family: list(found.values()) for family, found in objects.items()}


def audible(modes: np.ndarray) -> np.ndarray:
    """The modes of one object, (3, modes), that are heard and were not fitted against a bound."""
    _, power_db, t60_s = modes
    sound = (t60_s < LONGEST_T60_S) & (power_db < -0.01)
    level_db = power_db - power_db[sound].max()
    keep = sound & (level_db > -AUDIBLE_RANGE_DB)
    return np.array([modes[0][keep], level_db[keep], t60_s[keep]])


def statistics_of(objects: list[np.ndarray]) -> dict[str, object]:
    """The statistics of one family, as they are written to the file; every object counts the same."""
    heard = [audible(modes) for modes in objects]
    frequency_hz, level_db, t60_s = np.concatenate(heard, axis=1)
    weight = np.concatenate([np.full(modes.shape[1], 1.0 / modes.shape[1]) for modes in heard])
    octaves = np.log2(frequency_hz / 1000.0)
    t60_slope, t60_octaves = np.polyfit(octaves, np.log2(t60_s), 1, w=np.sqrt(weight))
    level_slope, level_offset = np.polyfit(octaves, level_db, 1, w=np.sqrt(weight))
    t60_rest = np.log2(t60_s) - t60_octaves - t60_slope * octaves
    level_rest = level_db - level_offset - level_slope * octaves
    quantiles = 2.0 ** np.mean([np.quantile(np.log2(modes[0]), QUANTILES) for modes in heard], axis=0)
    return {
        "objects": len(objects),
        "modes": int(frequency_hz.size),
        "frequency_quantiles_hz": [round(float(q), 1) for q in quantiles],
        "t60_at_1khz_s": round(float(2.0**t60_octaves), 4),
        "t60_slope_octaves_per_octave": round(float(t60_slope), 3),
        "t60_spread_octaves": round(float(np.sqrt(np.average(t60_rest**2, weights=weight))), 3),
        "level_slope_db_per_octave": round(float(level_slope), 2),
        "level_spread_db": round(float(np.sqrt(np.average(level_rest**2, weights=weight))), 2),
    }


def main(folder: Path, out: Path) -> None:
    """Read the measurements and write the statistics."""
    families = {name: statistics_of(objects) for name, objects in sorted(distinct_objects(folder).items())}
    document = {
        "schema": "foley.kit-modes",
        "version": 1,
        "source": "Traer, Cusimano and McDermott, DAFx 2019; measurements as published with ThreeDWorld",
        "licence": "BSD-2-Clause, Copyright 2020 Massachusetts Institute of Technology, LICENSE-modes.txt",
        "families": families,
    }
    out.write_text(json.dumps(document, indent=1) + "\n")
    print(f"{len(families)} families written to {out}")


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]))
