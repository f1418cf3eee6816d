"""The rhythm and the choices of people who strike things, as `statistics.json` holds them.

The file is made by `training.stage.script.derive_statistics` from the annotations of 971 videos and holds
numbers over all of them only.

References
----------
Owens, Isola, McDermott, Torralba, Adelson, Freeman: Visually Indicated Sounds. CVPR 2016. The annotations
of its data set, The Greatest Hits, are under CC BY 4.0.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

STATISTICS_FILE = Path(__file__).with_name("statistics.json")


@dataclass(frozen=True, slots=True, eq=False)
class StageStatistics:
    """What is known of 971 videos together.

    Attributes
    ----------
    session_videos, session_tempo_s, session_spread
        (sessions,) each: videos of one day, their typical interval, and the spread of its logarithm.
    jitter_quantiles
        Spread of a video's intervals as a share of its median one, pauses left out.
    deviation_quantiles
        An interval's deviation from the median, in units of that spread.
    interval_correlation
        How much an interval is like the one before it.
    pause_share, pause_ratio_quantiles
        How many intervals are pauses, and how many times the median they last.
    start_quantiles_s
        When the first event of a video comes.
    material_share
        Of all labelled events.
    materials_in_video
        (n,) share of videos that show 1, 2, 3, ... materials.
    stays
        (n,) probability that an event is on the same material as the one before it, in videos that show
        1, 2, 3, ... materials.
    together
        Videos in which two materials occur; missing pairs never do.
    scratch_share
        Of each material's labelled events.
    scratch_spread
        By how much videos differ in that share, as the spread of its log odds.
    keeps_action
        Probability that an action repeats the one before it instead of being drawn afresh, on another and
        on the same material.
    """

    session_videos: NDArray[np.float64]
    session_tempo_s: NDArray[np.float64]
    session_spread: NDArray[np.float64]
    jitter_quantiles: NDArray[np.float64]
    deviation_quantiles: NDArray[np.float64]
    interval_correlation: float
    pause_share: float
    pause_ratio_quantiles: NDArray[np.float64]
    start_quantiles_s: NDArray[np.float64]
    material_share: Mapping[str, float]
    materials_in_video: NDArray[np.float64]
    stays: NDArray[np.float64]
    together: Mapping[str, Mapping[str, int]]
    scratch_share: Mapping[str, float]
    scratch_spread: float
    keeps_action: tuple[float, float]


@cache
def stage_statistics() -> StageStatistics:
    """The statistics that ship with the stage."""
    body: dict[str, Any] = json.loads(STATISTICS_FILE.read_text())
    sessions, rhythm = body["sessions"], body["rhythm"]
    materials, actions = body["materials"], body["actions"]
    videos = np.array([materials["number_in_video"][n] for n in sorted(materials["number_in_video"])], float)
    return StageStatistics(
        session_videos=np.array([session["videos"] for session in sessions], float),
        session_tempo_s=np.array([session["tempo_s"] for session in sessions], float),
        session_spread=np.array([session["spread"] for session in sessions], float),
        jitter_quantiles=np.array(rhythm["jitter_quantiles"]),
        deviation_quantiles=np.array(rhythm["deviation_quantiles"]),
        interval_correlation=rhythm["interval_correlation"],
        pause_share=rhythm["pause_share"],
        pause_ratio_quantiles=np.array(rhythm["pause_ratio_quantiles"]),
        start_quantiles_s=np.array(rhythm["start_quantiles_s"]),
        material_share=materials["share"],
        materials_in_video=videos / videos.sum(),
        stays=np.array([materials["stays_by_number"][n] for n in sorted(materials["stays_by_number"])]),
        together=materials["videos_together"],
        scratch_share=actions["scratch_share"],
        scratch_spread=actions["video_spread"],
        keeps_action=(actions["keeps_on_other_material"], actions["keeps_on_same_material"]),
    )


def draw_quantile(quantiles: NDArray[np.float64], rng: np.random.Generator) -> float:
    """One draw from a distribution that is given by its evenly spaced quantiles (n,)."""
    return float(np.interp(rng.random(), np.linspace(0, 1, len(quantiles)), quantiles))
