"""Eye and ear together: when a video's sound counts, what it changes, and what it leaves alone."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from engine.analysis.heard_materials import (
    HeardHits,
    fused,
    heard_hits,
    with_heard_materials,
    with_prior,
)
from engine.analysis.material_prior import material_prior
from engine.analysis.result import AnalysedVideo, Analysis, DetectedHit, ModelVersion
from engine.errors import Cancelled
from engine.job import Job
from engine.project.materials import MATERIALS
from engine.synthesis.kit import KitRecipe, synthesise
from tests.media_factory import make_video

RATE = 48_000
METAL, CLOTH, CERAMIC = (MATERIALS.index(name) for name in ("metal", "cloth", "ceramic"))
HITS_S = (0.5, 1.2, 1.9, 2.6, 3.3)


def struck(name: str, times_s: tuple[float, ...] = HITS_S, duration_s: float = 4.0) -> NDArray[np.float32]:
    sound = np.random.default_rng(0).normal(0, 1e-4, round(duration_s * RATE))
    for number, time_s in enumerate(times_s):
        hit = synthesise(KitRecipe(name, "hit", 16 * 905 + number, 0.7))
        start = round(time_s * RATE)
        hit = hit[: len(sound) - start]
        sound[start : start + len(hit)] += hit
    return sound.astype(np.float32)[:, None]


@pytest.fixture(scope="module")
def metal_video(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("heard")
    return make_video(folder / "metal.mp4", count=100, audio=struck("metal"))


def analysis_of(path: Path, times_s: tuple[float, ...] = HITS_S) -> Analysis:
    hits = tuple(
        DetectedHit(time_s, 0.0, 0.9, -20.0, "hit", None, material_prior("hit")) for time_s in times_s
    )
    return Analysis(
        AnalysedVideo(path, 4.0, Fraction(25), 64, 48),
        np.arange(100) / 25,
        np.full(100, -40.0),
        0.5,
        hits[:-1],
        hits[-1:],
        ModelVersion("test", "1"),
    )


def test_what_is_heard_moves_what_is_seen(metal_video: Path):
    before = analysis_of(metal_video)
    after = with_heard_materials(before)
    for hit in (*after.hits, *after.candidates):
        told = dict(hit.materials)
        assert sum(told.values()) == pytest.approx(1, abs=1e-6)
        assert told["metal"] > dict(before.hits[0].materials)["metal"]
        assert told["cloth"] < dict(before.hits[0].materials)["cloth"]
        assert [p for _, p in hit.materials] == sorted(told.values(), reverse=True)
    assert after.model.version.startswith("1+heard-") and len(after.model.version) == 16
    changed = {replace(hit, materials=()) for hit in after.hits}
    assert changed == {replace(hit, materials=()) for hit in before.hits}


def test_a_sound_that_is_not_the_hits_counts_for_nothing(metal_video: Path, tmp_path: Path):
    elsewhere = analysis_of(metal_video, (0.85, 1.55, 2.25, 2.95, 3.3))
    assert with_heard_materials(elsewhere) is elsewhere
    few = analysis_of(metal_video, (0.5, 1.2, 1.9))
    assert with_heard_materials(few) is few
    silent = analysis_of(make_video(tmp_path / "silent.mp4", count=100))
    assert with_heard_materials(silent) is silent
    nothing = analysis_of(
        make_video(tmp_path / "zero.mp4", count=100, audio=np.zeros((4 * RATE, 1), np.float32))
    )
    assert with_heard_materials(nothing) is nothing
    none = replace(analysis_of(metal_video), hits=(), candidates=())
    assert with_heard_materials(none) is none


def test_a_hit_that_is_not_heard_keeps_what_was_seen(metal_video: Path):
    before = analysis_of(metal_video, (0.5, 0.85, 1.2, 1.9, 2.6))
    after = with_heard_materials(before)
    assert after.hits[1] == before.hits[1]
    assert after.hits[0] != before.hits[0] and after.hits[2] != before.hits[2]


def test_hits_are_heard_in_any_order_and_each_up_to_the_next(metal_video: Path):
    heard = heard_hits(metal_video, HITS_S)
    assert heard.is_heard.all() and heard.counts
    turned = heard_hits(metal_video, HITS_S[::-1])
    assert np.allclose(turned.materials[::-1], heard.materials)
    # One more hit in between cuts off the sound before it.
    cut = heard_hits(metal_video, (*HITS_S, 0.75))
    assert not np.allclose(cut.materials[0], heard.materials[0], atol=1e-4)
    assert np.allclose(cut.materials[1], heard.materials[1])
    assert not cut.is_heard[5] and cut.materials[5] == pytest.approx(1 / 17)


def test_counting():
    rows = np.full((10, 17), 1 / 17)
    assert HeardHits(rows, np.arange(10) < 6).counts
    assert not HeardHits(rows, np.arange(10) < 5).counts
    assert not HeardHits(rows[:2], np.ones(2, bool)).counts


def test_two_witnesses_who_agree_are_surer_and_one_who_knows_nothing_changes_nothing():
    seen = np.full((1, 17), 0.5 / 16)
    seen[0, METAL] = 0.5
    nothing = np.full((1, 17), 1 / 17)
    assert fused(seen, nothing) == pytest.approx(seen)
    assert fused(seen, seen)[0, METAL] > 0.5
    assert fused(seen, seen, weight=0.0) == pytest.approx(seen)
    heard = np.full((1, 17), 0.01)
    heard[0, CLOTH] = 0.84
    both = fused(seen, heard, weight=1.0)[0]
    assert both[METAL] == pytest.approx(both[CLOTH] * 0.5 * 0.01 / (0.5 / 16 * 0.84))


def test_the_ear_alone_believes_rare_materials_less():
    nothing = np.full((1, 17), 1 / 17)
    assert with_prior(nothing, 0.0) == pytest.approx(nothing)
    whole = with_prior(nothing, 1.0)[0]
    assert whole[METAL] / whole[CERAMIC] == pytest.approx((2396 + 1025) / (275 + 72))
    assert with_prior(nothing)[0, METAL] > 1 / 17 > with_prior(nothing)[0, CERAMIC]


def test_listening_can_be_stopped(metal_video: Path):
    with pytest.raises(Cancelled):
        with_heard_materials(analysis_of(metal_video), Job(is_cancelled=lambda: True))
