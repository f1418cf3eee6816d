"""The second pass over a video, with the networks that ship."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from moving_stick import Picture, steady_times, write_video

from engine.analysis.seen_hits import place_of
from engine.analysis.sights import SightCache
from engine.analysis.struck_materials import (
    Moment,
    hit_sight,
    ranked,
    see_hits,
    struck_materials,
    struck_model,
)
from engine.analysis.to_document import project_from_video
from engine.errors import UserFacingError
from engine.project.document import ContactPoint, Hit, Project
from engine.project.materials import MATERIALS


@pytest.fixture(autouse=True)
def own_cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Looks are kept in a folder of the test's own."""
    monkeypatch.setattr("engine.analysis.sights.cache_folder", lambda: tmp_path)


@pytest.fixture(scope="module")
def video(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A gray scene, then a black one."""
    path = tmp_path_factory.mktemp("videos") / "two scenes.mp4"
    gray = np.random.default_rng(0).integers(90, 170, (96, 128), dtype=np.uint8)
    shown = [gray if time_s < 1 else np.zeros_like(gray) for time_s in steady_times(30, 2.0)]
    write_video(
        path, [Picture(float(t), image) for t, image in zip(steady_times(30, 2.0), shown, strict=True)]
    )
    return path


def test_moments_of_a_video_are_seen(video: Path) -> None:
    moments = [Moment(1.6, "scratch"), Moment(0.3, point=(0.25, 0.75)), Moment(99.0), Moment(0.6)]
    seen = hit_sight().look(video, moments)
    assert seen.points.shape == (4, 2)
    assert ((seen.points >= 0) & (seen.points <= 1)).all()
    assert tuple(seen.points[1]) == (0.25, 0.75)
    assert seen.shots.tolist() == [1, 0, 1, 0]
    materials = struck_materials(struck_model(), seen, moments)
    assert materials.sum(axis=1) == pytest.approx(np.ones(4))
    assert len(hit_sight().look(video, []).features) == 0


def test_hits_of_a_project_are_looked_at_and_kept(video: Path) -> None:
    project = project_from_video(video)
    hits = [Hit("placed", 14_400), Hit("moved", 28_800, contact=ContactPoint(0.5, 0.25))]
    seen = see_hits(project, hits)
    assert tuple(seen.points[1]) == (0.5, 0.25)
    assert {name for name, _ in ranked(seen.materials[0])} == set(MATERIALS)
    assert project.video is not None
    with SightCache() as kept:
        assert kept.find(project.video.media.content_hash, [place_of(hits[1], 48_000)])[0] is not None


def test_a_video_that_is_gone_is_said(video: Path, tmp_path: Path) -> None:
    moved = tmp_path / "moved.mp4"
    moved.write_bytes(video.read_bytes())
    project: Project = project_from_video(moved)
    moved.unlink()
    with pytest.raises(UserFacingError, match="not where it was"):
        see_hits(project, [Hit("placed", 14_400)])


def test_ranked_probabilities_sum_to_one() -> None:
    rows = ranked(np.arange(17) / 100)
    assert rows[0][0] == MATERIALS[16]
    assert sum(share for _, share in rows) == pytest.approx(1)
