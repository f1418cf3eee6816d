"""When a clip's contacts come, on which materials, and whether they are hits or scratches.

Drawn so that many clips together have the statistics of the annotated videos. A clip is a window cut out
of a longer video, so most clips begin in the middle of the beat.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from engine.errors import UserFacingError
from engine.project.materials import Action
from training.stage.script.statistics import StageStatistics, draw_quantile, stage_statistics

SHORTEST_INTERVAL_S = 0.15
BEGINS_VIDEO_SHARE = 0.25
"""So many clips show the first moments of a video, before anything has been struck."""


class NothingToStrikeError(UserFacingError):
    """A set shows nothing that a stick could reach."""


@dataclass(frozen=True, slots=True)
class Beat:
    """One planned event, not yet anywhere."""

    time_s: float
    material: str
    action: Action


@dataclass(frozen=True, slots=True)
class RhythmConfig:
    """How the statistics are used.

    Attributes
    ----------
    session_power
        1 draws days of filming by their number of videos, as the annotations have them; less gives days
        with few videos more weight. Slow beats were filmed early, on days with few videos.
    double_share
        So many intervals are cut short to a double blow, 0.15 to 0.25 s.
    """

    session_power: float = 0.5
    double_share: float = 0.015


def draw_rhythm(
    duration_s: float,
    rng: np.random.Generator,
    config: RhythmConfig | None = None,
    statistics: StageStatistics | None = None,
) -> list[float]:
    """Times of one clip's events in seconds, ascending, within [0, duration).

    Raises
    ------
    UserFacingError
        When the clip has no length.
    """
    if not 0 < duration_s < math.inf:
        raise UserFacingError(f"A clip of {duration_s} s has no room for contacts; give it some seconds.")
    config = config or RhythmConfig()
    statistics = statistics or stage_statistics()
    weight = statistics.session_videos**config.session_power
    session = rng.choice(len(weight), p=weight / weight.sum())
    spread = statistics.session_spread[session]
    tempo_s = float(statistics.session_tempo_s[session]) * math.exp(float(rng.normal(0, spread)))
    jitter = draw_quantile(statistics.jitter_quantiles, rng)
    deviation = 0.0

    def interval_s() -> float:
        nonlocal deviation
        if rng.random() < statistics.pause_share:
            return tempo_s * draw_quantile(statistics.pause_ratio_quantiles, rng)
        if rng.random() < config.double_share:
            return float(rng.uniform(SHORTEST_INTERVAL_S, 0.25))
        # A beat that drags or hurries does so for a few beats.
        fresh = draw_quantile(statistics.deviation_quantiles, rng)
        keeps = statistics.interval_correlation
        deviation = keeps * deviation + math.sqrt(1 - keeps**2) * fresh
        return max(tempo_s * (1 + jitter * deviation), SHORTEST_INTERVAL_S)

    if rng.random() < BEGINS_VIDEO_SHARE:
        time_s = draw_quantile(statistics.start_quantiles_s[:-1], rng)
    else:
        time_s = interval_s() * float(rng.random())
    times: list[float] = []
    while time_s < duration_s:
        times.append(time_s)
        time_s += interval_s()
    return times


def draw_beats(
    duration_s: float,
    materials: Mapping[str, float],
    rng: np.random.Generator,
    config: RhythmConfig | None = None,
    statistics: StageStatistics | None = None,
) -> list[Beat]:
    """Events of one clip.

    Parameters
    ----------
    materials
        What there is to strike, and how much of it (any unit above 0).
    """
    statistics = statistics or stage_statistics()
    times_rng, choice_rng = rng.spawn(2)
    times = draw_rhythm(duration_s, times_rng, config, statistics)
    chosen = choose_materials(materials, choice_rng, statistics)
    return [
        Beat(time_s, material, action)
        for time_s, (material, action) in zip(
            times, _draw_choices(len(times), chosen, choice_rng, statistics), strict=True
        )
    ]


def choose_materials(
    materials: Mapping[str, float], rng: np.random.Generator, statistics: StageStatistics
) -> list[str]:
    """Which of the materials at hand a clip is about, the most struck one first."""
    at_hand = sorted(materials)
    if not at_hand:
        raise NothingToStrikeError(
            "Nothing of this set can be struck: none of its targets is in the picture."
        )
    shares = statistics.materials_in_video[: len(at_hand)]
    count = 1 + int(rng.choice(len(shares), p=shares / shares.sum()))
    area = np.array([math.sqrt(materials[name]) for name in at_hand])
    chosen: list[str] = []
    while len(chosen) < count:
        weight = area * [0.0 if name in chosen else 1.0 for name in at_hand]
        if chosen:
            weight *= [1.0 + statistics.together.get(chosen[0], {}).get(name, 0) / 20 for name in at_hand]
        chosen.append(at_hand[int(rng.choice(len(at_hand), p=weight / weight.sum()))])
    return chosen


def _draw_choices(
    count: int, chosen: Sequence[str], rng: np.random.Generator, statistics: StageStatistics
) -> list[tuple[str, Action]]:
    stays = float(statistics.stays[min(len(chosen), len(statistics.stays)) - 1])
    # Every further material of a video is struck about half as often as the one before it.
    weight = 0.5 ** np.arange(len(chosen))
    leaning = math.exp(float(rng.normal(0, statistics.scratch_spread)))
    choices: list[tuple[str, Action]] = []
    material, action = chosen[0], None
    for _ in range(count):
        before = material
        if action is None or (len(chosen) > 1 and rng.random() > stays):
            others = [k for k, name in enumerate(chosen) if action is None or name != before]
            share = weight[others] / weight[others].sum()
            material = chosen[others[int(rng.choice(len(others), p=share))]]
        keeps = statistics.keeps_action[int(material == before)]
        if action is None or rng.random() > keeps:
            odds = leaning * statistics.scratch_share[material] / (1 - statistics.scratch_share[material])
            action = "scratch" if rng.random() < odds / (1 + odds) else "hit"
        choices.append((material, action))
    return choices
