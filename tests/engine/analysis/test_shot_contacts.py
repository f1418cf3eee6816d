"""Hits from curves that come in pieces: those of the whole curves, wherever the pieces end."""

from __future__ import annotations

from dataclasses import replace
from itertools import pairwise

import numpy as np
import pytest
from numpy.typing import NDArray
from scipy.ndimage import gaussian_filter1d

from engine.analysis.contact_point import arm_direction, far_end
from engine.analysis.result import DetectedHit
from engine.analysis.shot_contacts import ShotContacts
from engine.models.picking import HitCurves, PickingConfig, pick_contacts
from engine.models.rhythm import RhythmConfig

PICKING = PickingConfig(threshold=0.4, least_confidence=0.05, shift_s=0.01)
FIELDS = ("times_s", "onset", "offset", "level_db", "scratch")


def random_curves(count: int, seed: int, smooth: float) -> HitCurves:
    random = np.random.default_rng(seed)

    def curve(spread: float) -> NDArray[np.float64]:
        rough = gaussian_filter1d(random.normal(size=count), smooth)
        return spread * rough / rough.std()

    scratch = 1 / (1 + np.exp(-curve(3.0)))
    return HitCurves(np.arange(count) / 30, curve(3.0) - 2, curve(1.0), -35 + curve(8.0), scratch)


def piece(curves: HitCurves, start: int, end: int) -> HitCurves:
    return HitCurves(*(getattr(curves, name)[start:end] for name in FIELDS))


def streamed(
    curves: HitCurves, borders: list[int], picking: PickingConfig = PICKING, **options: bool
) -> list[DetectedHit]:
    change = np.random.default_rng(9).uniform(0, 5, (len(curves.times_s), 9, 12)).astype(np.float32)
    shot = ShotContacts(picking, picking.threshold, after_cut=options.get("after_cut", False))
    hits = []
    for start, end in pairwise([0, *borders, len(curves.times_s)]):
        hits += shot.add(piece(curves, start, end), change[start:end])
    return hits + shot.end(with_cut=options.get("with_cut", False))


def test_with_a_rhythm_too_pieces_give_the_hits_of_the_whole() -> None:
    curves = random_curves(900, 3, 6.0)
    paced = replace(PICKING, rhythm=RhythmConfig(even_score=0.0, context_s=3.0))
    whole = pick_contacts(curves, paced)
    assert [each.confidence for each in whole] != [each.confidence for each in pick_contacts(curves, PICKING)]
    for borders in ([], [7, 300, 301, 650], list(range(30, 900, 30))):
        hits = streamed(curves, borders, picking=paced)
        assert [hit.time_s for hit in hits] == pytest.approx([each.time_s for each in whole], abs=1e-9)
        assert [hit.confidence for hit in hits] == pytest.approx([each.confidence for each in whole])


@pytest.mark.parametrize("smooth", [1.0, 2.5, 6.0])
@pytest.mark.parametrize("seed", [0, 1])
def test_pieces_give_the_hits_of_the_whole(seed: int, smooth: float) -> None:
    curves = random_curves(900, seed, smooth)
    whole = pick_contacts(curves, PICKING)
    hits = streamed(curves, [])
    assert [hit.time_s for hit in hits] == pytest.approx([each.time_s for each in whole], abs=1e-9)
    assert [(hit.confidence, hit.level_db, hit.action) for hit in hits] == [
        (each.confidence, each.level_db, each.action) for each in whole
    ]
    for borders in ([7, 8, 300, 301, 650], list(range(30, 900, 30)), list(range(1, 900))):
        others = streamed(curves, borders)
        assert [hit.time_s for hit in others] == pytest.approx([hit.time_s for hit in hits], abs=1e-9)
        assert [hit.duration_s for hit in others] == pytest.approx([hit.duration_s for hit in hits])
        assert [hit.contact for hit in others] == [pytest.approx(hit.contact) for hit in hits]


def test_hits_are_told_soon_and_memory_is_flat() -> None:
    """Without a pause of any length the curves are cut all the same."""
    count = 3000
    onset = np.where(np.arange(count) % 5 == 0, 2.0, -1.0)
    curves = HitCurves(np.arange(count) / 30, onset, *(np.zeros(count) for _ in range(3)))
    shot = ShotContacts(PICKING, PICKING.threshold, after_cut=False)
    told: list[DetectedHit] = []
    waited = []
    for start in range(0, count, 60):
        told += shot.add(piece(curves, start, start + 60), np.ones((60, 9, 12), np.float32))
        waited.append(start + 60 - 30 * told[-1].time_s if told else 0)
    assert max(waited[20:]) < 1000
    told += shot.end(with_cut=False)
    times_s = np.array([hit.time_s for hit in told])
    # The first picture may belong to what came before.
    assert len(told) == count / 5 - 1
    assert np.diff(times_s).min() >= 0.125


def test_nothing_is_found_at_a_cut_nor_in_a_moment_between_two() -> None:
    onset = np.full(60, -9.0)
    onset[[0, 1, 30, 58, 59]] = [1.0, 3.0, 3.0, 3.0, 1.0]
    curves = HitCurves(np.arange(60) / 30, onset, *(np.zeros(60) for _ in range(3)))
    assert len(streamed(curves, [20])) == 3
    [hit] = streamed(curves, [20], after_cut=True, with_cut=True)
    assert hit.time_s == pytest.approx(1.01)
    assert streamed(piece(curves, 28, 33), []) == []


def test_where_nothing_moves_nothing_is_hit() -> None:
    onset = np.full(90, -9.0)
    onset[[20, 60]] = 3.0
    curves = HitCurves(np.arange(90) / 30, onset, *(np.zeros(90) for _ in range(3)))
    change = np.zeros((90, 9, 12), np.float32)
    change[57, 4, 4] = 1.0
    shot = ShotContacts(PICKING, PICKING.threshold, after_cut=False)
    [hit] = [*shot.add(curves, change), *shot.end(with_cut=False)]
    assert hit.time_s == pytest.approx(2.01)


def scratch_of(level_db: list[float], next_at: int | None = None) -> DetectedHit:
    onset = np.full(90, -9.0)
    onset[10] = 3.0
    if next_at is not None:
        onset[next_at] = 3.0
    levels = np.full(90, -60.0)
    levels[10 : 10 + len(level_db)] = level_db
    curves = HitCurves(np.arange(90) / 30, onset, np.zeros(90), levels, np.ones(90))
    return streamed(curves, [])[0]


def test_a_scratch_lasts_until_it_has_died_away_or_the_next_begins() -> None:
    rustling = [-30.0, -28.0, -27.0] + [-33.0] * 15
    assert scratch_of(rustling).duration_s == pytest.approx(18 / 30 - 0.01)
    assert scratch_of(rustling, next_at=22).duration_s == pytest.approx(12 / 30)
    assert scratch_of([-20.0]).duration_s == 0.15
    assert scratch_of([-30.0] * 80).duration_s == 1.5


def test_the_far_end_of_the_motion_is_away_from_the_arm() -> None:
    change = np.zeros((4, 9, 12), np.float32)
    change[:, 4, :8] = 2.0
    change[:, 6, 7] = 3.0
    direction = arm_direction(change)
    assert direction[0] > 0.5 and direction[1] > 0
    assert far_end(change, direction) == pytest.approx((7.5 / 12, 6.5 / 9), abs=0.02)
    mirrored = np.ascontiguousarray(change[:, :, ::-1])
    assert far_end(mirrored, arm_direction(mirrored)) == pytest.approx((4.5 / 12, 6.5 / 9), abs=0.02)
    assert far_end(np.zeros((2, 9, 12)), direction) is None
