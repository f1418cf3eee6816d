"""Looks at hits are found again for the same video, place and point; damage costs a new look, no more."""

from __future__ import annotations

from dataclasses import fields
from fractions import Fraction
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pytest

from engine.analysis import sights as sights_module
from engine.analysis.seen_hits import seen_hits
from engine.analysis.sights import Place, SightCache
from engine.errors import MediaError
from engine.models.sight import SightFeatures
from engine.project.document import ContactPoint, Hit, MediaReference, Project, Video

RNG = np.random.default_rng(2)
LOOKS = SightFeatures(*(RNG.random((3, length), dtype=np.float32) for length in (1280, 1000, 1280, 1000)))
PLACES = [Place(4800, (0.2, 0.3)), Place(9600), Place(14_400, (1.0, 0.0))]


def kept(path: Path, places=PLACES, looks: SightFeatures = LOOKS, video: str = "film") -> None:
    with SightCache(path) as cache:
        cache.keep(video, places, looks)


def found(path: Path, *places: Place, video: str = "film") -> list[SightFeatures | None]:
    with SightCache(path) as cache:
        return cache.find(video, places)


def test_a_look_is_found_by_video_place_and_point(tmp_path):
    path = tmp_path / "deep" / "sights.sqlite"
    kept(path)
    second, first = found(path, PLACES[1], Place(4800, (0.2004, 0.3)))
    for look, row in ((first, 0), (second, 1)):
        assert look is not None
        for field in fields(SightFeatures):
            assert getattr(look, field.name)[0] == pytest.approx(getattr(LOOKS, field.name)[row], abs=1e-3)
    elsewhere = found(path, Place(4800, (0.25, 0.3)), Place(4801, (0.2, 0.3)), Place(4800))
    assert elsewhere == [None] * 3
    assert found(path, PLACES[1], video="another film") == [None]


def test_another_network_looks_anew(tmp_path, monkeypatch):
    kept(tmp_path / "s.sqlite")
    monkeypatch.setattr(sights_module, "SIGHT_VERSION", "another")
    assert found(tmp_path / "s.sqlite", PLACES[1]) == [None]


def test_the_oldest_looks_give_way(tmp_path, monkeypatch):
    monkeypatch.setattr(sights_module, "_MOST_LOOKS", 4)
    monkeypatch.setattr(sights_module, "_MOST_LOOKS_REMOVED_AT", 6)
    path = tmp_path / "s.sqlite"
    for number in range(3):
        kept(path, [Place(10 * number + n) for n in range(3)])
    everywhere = [Place(10 * number + n) for number in range(3) for n in range(3)]
    assert [look is not None for look in found(path, *everywhere)] == [False] * 5 + [True] * 4


def test_a_cache_torn_in_the_middle_costs_new_looks_and_no_more(tmp_path):
    path = tmp_path / "s.sqlite"
    kept(path)
    contents = bytearray(path.read_bytes())
    contents[4096:] = bytes(len(contents) - 4096)
    path.write_bytes(contents)
    assert found(path, *PLACES) == [None] * 3
    kept(path)
    assert None not in found(path, *PLACES)


@pytest.mark.parametrize("damage", [b"", b"not a database" * 100, None])
def test_a_damaged_cache_is_started_afresh_and_one_out_of_reach_is_done_without(tmp_path, damage):
    path = tmp_path / "sights" / "s.sqlite"
    if damage is None:
        path.parent.write_text("a file where the folder should be")
        with SightCache(path) as cache:
            cache.keep("film", PLACES, LOOKS)
            assert cache.find("film", PLACES[:1])[0] is not None
    else:
        kept(path)
        path.write_bytes(damage)
        assert found(path, PLACES[1]) == [None]
        kept(path)
        assert found(path, PLACES[1]) != [None]


def test_the_looks_at_a_documents_hits(tmp_path, monkeypatch):
    monkeypatch.setattr(sights_module, "cache_folder", lambda: tmp_path)
    kept(tmp_path / "sights.sqlite", video="sha256:film")
    picture = Video(MediaReference("a.mp4", "sha256:film"), 640, 360, Fraction(25), 480_000)
    hits = (
        Hit("moved", 4801, contact=ContactPoint(0.2, 0.3)),
        Hit("seen", 4800, contact=ContactPoint(0.2, 0.3)),
        Hit("dragged", 9600, contact=ContactPoint(0.5, 0.5)),
        Hit("corner", 14_400, contact=ContactPoint(1.0, 0.0)),
    )
    seen = seen_hits(Project("p", video=picture, hits=hits), hits)
    assert seen.rows == {"seen": 0, "corner": 1}
    assert seen.features.crop[1] == pytest.approx(LOOKS.crop[2], abs=1e-3)
    assert len(seen_hits(Project("p", hits=hits), hits).features) == 0


class _Eyes:
    """Sees the same everywhere, and remembers where it was asked to look."""

    def __init__(self) -> None:
        self.moments: list = []

    def look(self, path, moments, job):
        self.moments += moments
        return SimpleNamespace(features=LOOKS[[0] * len(moments)])


def _film(path: Path) -> tuple[Project, tuple[Hit, ...]]:
    hits = (Hit("a", 48_000, contact=ContactPoint(0.2, 0.3)), Hit("b", 96_000, "scratch"))
    media = MediaReference(path.as_posix(), "sha256:film")
    return Project("p", video=Video(media, 640, 360, Fraction(25), 480_000), hits=hits), hits


def test_hits_nobody_looked_at_are_looked_at_once(tmp_path, monkeypatch):
    monkeypatch.setattr(sights_module, "cache_folder", lambda: tmp_path)
    eyes = _Eyes()
    monkeypatch.setattr("engine.analysis.struck_materials.hit_sight", lambda: eyes)
    (tmp_path / "film.mp4").write_bytes(b"a film")
    project, hits = _film(tmp_path / "film.mp4")
    assert seen_hits(project, hits).rows == {}
    for _ in range(2):
        assert seen_hits(project, hits, looks_now=True).rows == {"a": 0, "b": 1}
    assert [(m.time_s, m.action, m.point) for m in eyes.moments] == [
        (1.0, "hit", (0.2, 0.3)),
        (2.0, "scratch", None),
    ]


@pytest.mark.parametrize("what", ["gone", "no video"])
def test_hits_of_a_video_that_cannot_be_looked_at_are_left_out(tmp_path, monkeypatch, what):
    monkeypatch.setattr(sights_module, "cache_folder", lambda: tmp_path)

    class Refusing:
        def look(self, path, moments, job):
            raise MediaError(f"“{path.name}” is not a video.")

    monkeypatch.setattr("engine.analysis.struck_materials.hit_sight", Refusing)
    path = tmp_path / "film.mp4"
    if what == "no video":
        path.write_text("a shopping list")
    project, hits = _film(path)
    assert seen_hits(project, hits, looks_now=True).rows == {}
