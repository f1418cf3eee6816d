"""The measured statistics of vibration modes that the kit draws its objects from."""

from __future__ import annotations

import json
from dataclasses import dataclass
from functools import cache

import numpy as np

from engine.bundled import resources_folder
from engine.errors import UserFacingError

SCHEMA, VERSION = "foley.kit-modes", 1


@dataclass(frozen=True, slots=True, eq=False)
class ModeStatistics:
    """How the modes of one family of objects are spread.

    `frequency_quantiles_hz` is (q,) float64, rising. Decay times follow a line over log frequency through
    `t60_at_1khz_s`, with a spread (standard deviation) in octaves; levels likewise in dB.

    References
    ----------
    J. Traer, M. Cusimano, J. H. McDermott, "A perceptually inspired generative model of rigid-body contact
    sounds", DAFx 2019.
    """

    frequency_quantiles_hz: np.ndarray
    t60_at_1khz_s: float
    t60_slope_octaves_per_octave: float
    t60_spread_octaves: float
    level_slope_db_per_octave: float
    level_spread_db: float


@cache
def mode_statistics() -> dict[str, ModeStatistics]:
    """All families by name (`metal`, `wood_hard`, ...); do not change the dict.

    Raises
    ------
    UserFacingError
        When the file that ships with the program is missing or not what it should be.
    """
    path = resources_folder() / "kit" / "modes.json"
    try:
        document = json.loads(path.read_text(encoding="utf-8"))
        if (document["schema"], document["version"]) != (SCHEMA, VERSION):
            raise ValueError(f"its schema is {document['schema']} {document['version']}")
        return {name: _statistics(family) for name, family in document["families"].items()}
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise UserFacingError(
            f"The sound kit's mode statistics in {path} can't be used ({error}); install the program again."
        ) from error


def _statistics(family: dict) -> ModeStatistics:
    return ModeStatistics(
        frequency_quantiles_hz=np.asarray(family["frequency_quantiles_hz"], dtype=np.float64),
        t60_at_1khz_s=float(family["t60_at_1khz_s"]),
        t60_slope_octaves_per_octave=float(family["t60_slope_octaves_per_octave"]),
        t60_spread_octaves=float(family["t60_spread_octaves"]),
        level_slope_db_per_octave=float(family["level_slope_db_per_octave"]),
        level_spread_db=float(family["level_spread_db"]),
    )
