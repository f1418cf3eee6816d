"""The engine's jobs around the library: offers with their reasons, listening, choices, what goes missing."""

from __future__ import annotations

import json
import shutil
from fractions import Fraction
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import soundfile

from engine import host_jobs
from engine.errors import UserFacingError
from engine.host_jobs import KINDS
from engine.job import Job
from engine.library.bundled_ear import NOBODY_LISTENS
from engine.project import edits
from engine.project.document import (
    ContactPoint,
    Hit,
    MaterialProbability,
    MediaReference,
    Project,
    Video,
)
from engine.project.document_json import to_json
from engine.project.materials import MATERIALS


def run(kind: str, job: Job | None = None, **arguments: Any) -> dict[str, Any]:
    """A job's result, as it comes over the wire."""
    return json.loads(json.dumps(KINDS[kind](arguments, job or Job()), allow_nan=False))


@pytest.fixture(autouse=True)
def own(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Caches and choices of this test's own, and no library from another one."""
    monkeypatch.setattr("engine.library.catalog.cache_folder", lambda: tmp_path / "cache")
    monkeypatch.setattr("engine.library.vector_store.cache_folder", lambda: tmp_path / "cache")
    monkeypatch.setattr("engine.analysis.sights.cache_folder", lambda: tmp_path / "cache")
    monkeypatch.setattr("engine.library.choices.choices_folder", lambda: tmp_path / "choices")
    host_jobs._shelf.cache_clear()


def struck(seed: int) -> np.ndarray:
    noise = np.random.default_rng(seed).uniform(-0.8, 0.8, 9600)
    return noise * np.exp(-np.arange(9600) / 1500)


@pytest.fixture
def sounds(tmp_path: Path) -> Path:
    """A folder of four sounds, one of them with a name that tells nothing."""
    folder = tmp_path / "sounds"
    folder.mkdir()
    for number, name in enumerate(("wood 1", "wood 2", "glass 1", "a17")):
        soundfile.write(folder / f"{name}.wav", struck(number), 48_000)
    return folder


def hit(number: int, x: float = 0.4) -> Hit:
    rows = (MaterialProbability("wood", 0.7), MaterialProbability("metal", 0.3))
    contact = ContactPoint(x, 0.5)
    return Hit(f"h{number}", 4800 * number, materials=rows, material="wood", contact=contact)


PROJECT = Project(
    "p",
    video=Video(MediaReference("/films/gone.mp4", "sha256:film"), 640, 360, Fraction(25), 480_000),
    hits=tuple(hit(number) for number in range(1, 4)),
    length=480_000,
)


def offered(sounds: Path, hit_id: str = "h2", project: Project = PROJECT) -> dict[str, Any]:
    found = run("candidates", project=to_json(project), hits=[hit_id], library=[str(sounds)], count=4)
    return {"rows": found["candidates"][hit_id], "problems": found["problems"]}


def test_offers_come_with_their_reasons(sounds):
    found = offered(sounds)
    assert found["problems"] == []
    of_library = [row for row in found["rows"] if row["take"]["source"] == "library"]
    assert [row["take"]["name"] for row in of_library[:2]] in (["wood 1", "wood 2"], ["wood 2", "wood 1"])
    assert {"material", "level", "action"} <= set(of_library[0]["parts"])
    for row in found["rows"]:
        assert all(0.0 <= part <= 1.0 for part in row["parts"].values())
        assert "choices" not in row["parts"] and row["heard"] == []
    scores = [row["take"]["score"] for row in found["rows"]]
    assert scores == sorted(scores, reverse=True)


def test_a_remembered_sound_comes_first_for_the_same_surface(sounds):
    glass = next(row["take"] for row in offered(sounds)["rows"] if row["take"]["name"] == "glass 1")
    assert run("remember_choice", project=to_json(PROJECT), hit="h1", take=glass) == {}
    first = offered(sounds)["rows"][0]
    assert first["take"]["name"] == "glass 1" and first["parts"]["choices"] > 0.5
    assert "choices" not in offered(sounds, project=_of_another_film(PROJECT))["rows"][0]["parts"]


def test_a_corrected_material_is_carried_and_remembered(sounds):
    corrected = edits.set_material(PROJECT, ["h1"], "glass")
    carried = run("surface_materials", project=to_json(corrected), hit="h1")["materials"]
    assert set(carried) == {"h2", "h3"}
    assert all(rows[0][0] == "glass" for rows in carried.values())
    assert run("remember_choice", project=to_json(corrected), hit="h1", material="glass") == {}
    assert offered(sounds)["rows"][0]["take"]["material"] == "glass"


def test_the_list_of_a_librarys_sounds(sounds):
    found = run("library_sounds", folders=[str(sounds)])
    assert [(row["name"], row["material"], row["heard"]) for row in found["sounds"]] == [
        ("a17", "", []),
        ("glass 1", "glass", []),
        ("wood 1", "wood", []),
        ("wood 2", "wood", []),
    ]
    row = found["sounds"][0]
    assert (row["path"], row["action"]) == (str(sounds / "a17.wav"), "hit")
    assert row["duration_s"] == pytest.approx(0.2)
    (sounds / "broken.wav").write_bytes(b"no sound")
    run("scan_library", folders=[str(sounds)])
    assert "broken.wav" in run("library_sounds", folders=[str(sounds)])["problems"][0]


def test_a_sound_of_the_list_is_offered_as_it_is(sounds):
    arguments = {"project": to_json(PROJECT), "hit": "h1", "folders": [str(sounds)]}
    row = run("offer_sound", path=str(sounds / "a17.wav"), **arguments)["sound"]
    assert row["take"]["name"] == "a17" and row["parts"]["material"] == pytest.approx(1 / 17, abs=0.01)
    with pytest.raises(UserFacingError, match=r"a18\.wav"):
        run("offer_sound", path=str(sounds / "a18.wav"), **arguments)


def test_without_a_network_nobody_listens_and_that_is_said(sounds, monkeypatch):
    monkeypatch.setattr("engine.library.bundled_ear.bundled_ear", lambda: None)
    found = run("listen_library", folders=[str(sounds)])
    assert found == {"sounds": 4, "heard": 0, "problems": [NOBODY_LISTENS]}
    assert run("listen_library", folders=[])["problems"] == []


def test_listening_goes_on_where_it_was_and_is_shown(sounds, own_ear):
    told: list[dict[str, Any]] = []
    listened = run("listen_library", Job(on_event=told.append), folders=[str(sounds)])
    assert listened == {"sounds": 4, "heard": 4, "problems": []}
    assert told[-1] == {"event": "heard", "heard": 4, "sounds": 4}
    heard = {row["name"]: row["heard"] for row in run("library_sounds", folders=[str(sounds)])["sounds"]}
    assert heard["a17"][0] == ["leaf", pytest.approx(0.9)]
    found = offered(sounds)["rows"]
    assert next(row["heard"] for row in found if row["take"]["name"] == "a17")[0][0] == "leaf"
    soundfile.write(sounds / "b.wav", struck(9), 48_000)
    run("scan_library", folders=[str(sounds)])
    told.clear()
    run("listen_library", Job(on_event=told.append), folders=[str(sounds)])
    assert told == [{"event": "heard", "heard": 5, "sounds": 5}]
    assert own_ear.heard == 5


def test_a_library_deleted_while_it_is_open(sounds):
    assert len(offered(sounds)["rows"]) == 8
    shutil.rmtree(sounds)
    found = offered(sounds)
    assert {row["take"]["source"] for row in found["rows"]} == {"kit"}
    assert len(found["problems"]) == 1 and str(sounds) in found["problems"][0]
    assert run("library_sounds", folders=[str(sounds)])["sounds"] == []
    assert run("listen_library", folders=[str(sounds)])["heard"] == 0
    sounds.mkdir()
    soundfile.write(sounds / "wood 3.wav", struck(11), 48_000)
    assert "wood 3" in {row["take"]["name"] for row in offered(sounds)["rows"]}


def test_a_sound_deleted_while_it_is_open_is_not_offered(sounds):
    offered(sounds)
    (sounds / "wood 1.wav").unlink()
    (sounds / "wood 2.wav").write_bytes(b"no sound any more")
    assert {row["take"]["name"] for row in offered(sounds)["rows"]} >= {"glass 1", "a17"}
    assert not {row["take"]["name"] for row in offered(sounds)["rows"]} & {"wood 1"}


class _Ear:
    """Hears leaves in everything."""

    version, vector_length = "leaves 1", 0
    heard = 0

    def hear(self, sounds, sample_rate):
        from engine.library.listener import Impressions

        self.heard += len(sounds)
        materials = np.full((len(sounds), len(MATERIALS)), 0.1 / 16, np.float32)
        materials[:, MATERIALS.index("leaf")] = 0.9
        half, none = np.full(len(sounds), 0.5, np.float32), np.zeros((len(sounds), 0), np.float32)
        return Impressions(none, materials, half, half, np.full((len(sounds), 2), np.nan, np.float32))


@pytest.fixture
def own_ear(monkeypatch) -> _Ear:
    """In place of the networks that ship."""
    ear = _Ear()
    monkeypatch.setattr("engine.library.bundled_ear.load_listener", lambda: ear)
    monkeypatch.setattr("engine.library.shelf.bundled_ear", lambda: ear)
    return ear


def _of_another_film(project: Project) -> Project:
    from dataclasses import replace

    assert project.video is not None
    return replace(project, video=replace(project.video, media=MediaReference("/b.mp4", "sha256:other")))
