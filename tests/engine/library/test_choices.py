"""What was chosen for one hit leads the list for the others on its surface, and only there."""

from __future__ import annotations

import sqlite3
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from engine.errors import UserFacingError
from engine.library import looks as looks_module
from engine.library.acoustics import Acoustics
from engine.library.choices import Choice, Choices
from engine.library.looks import carried_materials, forget, remember_material, remember_sound, surfaces
from engine.library.recommend import Look, recommend
from engine.library.sound import LibrarySound
from engine.library.surfaces import SurfaceView, same_surface
from engine.project import edits
from engine.project.document import ContactPoint, Hit, MaterialProbability, MediaReference, Project, Video
from engine.project.materials import MATERIALS

USUAL = Acoustics(-20.0, -8.0, 2048.0, 0.01, 0.2, "hit")
SOUNDS = [
    LibrarySound(Path(f"/s/{name} {n}.wav"), f"sha256:{row:02d}{n:02d}{0:060d}", 0.4, name, "hit", USUAL)
    for row, name in enumerate(MATERIALS)
    for n in range(3)
]
RNG = np.random.default_rng(3)
TABLE, SINK = (crop / np.linalg.norm(crop) for crop in RNG.random((2, 1280)).astype(np.float32) ** 8)


def rows(**probabilities: float) -> tuple[MaterialProbability, ...]:
    return tuple(MaterialProbability(name, value) for name, value in probabilities.items())


ON_TABLE, IN_SINK = rows(wood=0.6, plastic=0.4), rows(metal=0.7, ceramic=0.3)


def project_of(*hits: Hit, video: str = "sha256:film") -> Project:
    from fractions import Fraction

    picture = Video(MediaReference("film.mp4", video), 640, 360, Fraction(25), 480_000)
    return Project("p", video=picture, hits=hits, length=480_000)


def struck(name: str, materials: tuple[MaterialProbability, ...], x: float = 0.4, **more: object) -> Hit:
    position = int(name[1:]) * 1000
    return Hit(
        name, position, materials=materials, material=materials[0].name, contact=ContactPoint(x, 0.6), **more
    )  # type: ignore[arg-type]


TABLE_HITS = [struck(f"t{n}", ON_TABLE, 0.35 + 0.02 * n) for n in range(1, 4)]
SINK_HITS = [struck(f"s{n}", IN_SINK, 0.8) for n in range(7, 9)]
PROJECT = project_of(*TABLE_HITS, *SINK_HITS)


@pytest.fixture(autouse=True)
def nobody_looked(monkeypatch):
    """Nothing of the user's own cache counts here."""
    from engine.analysis.seen_hits import SeenHits
    from engine.models.sight import joined_features

    monkeypatch.setattr(
        "engine.analysis.seen_hits.seen_hits", lambda *_, **__: SeenHits({}, joined_features(()))
    )


@pytest.fixture
def path(tmp_path) -> Path:
    return tmp_path / "choices" / "choices.sqlite"


def best(hit: Hit, path: Path, k: int = 3, project: Project = PROJECT, **more: object):
    with Choices(path) as kept:
        choices = kept.recall()
    look = Look(surface=surfaces(project, [hit])[hit.id])
    return recommend(hit, SOUNDS, k, look=look, choices=choices, **more)  # type: ignore[arg-type]


def choose(sound: LibrarySound, hit: Hit, path: Path, project: Project = PROJECT) -> None:
    with Choices(path) as choices:
        remember_sound(project, hit, sound.take(), choices)


def test_a_chosen_sound_leads_for_the_same_surface_at_once(path):
    odd = SOUNDS[3 * MATERIALS.index("glass") + 1]
    before = best(TABLE_HITS[2], path)
    assert before[0].material == "wood" and "choices" not in before[0].parts
    choose(odd, TABLE_HITS[0], path)
    after = best(TABLE_HITS[2], path)
    assert after[0].path == odd.path.as_posix()
    assert after[0].parts["choices"] == max(sound.parts.get("choices", 0.0) for sound in after) > 0.5
    assert best(SINK_HITS[0], path)[0].material == "metal"


def test_sounds_of_a_chosen_ones_material_rise_too(path):
    choose(SOUNDS[3 * MATERIALS.index("plastic")], TABLE_HITS[0], path)
    assert [sound.material for sound in best(TABLE_HITS[1], path)] == ["plastic"] * 3


def test_a_chosen_material_counts_for_later_hits_and_for_the_kit(path):
    with Choices(path) as choices:
        remember_material(PROJECT, TABLE_HITS[0], "plastic", choices)
    assert {sound.material for sound in best(TABLE_HITS[1], path)} == {"plastic"}
    of_kit = recommend(
        TABLE_HITS[1],
        [],
        2,
        include_kit=True,
        look=Look(surface=surfaces(PROJECT, TABLE_HITS)["t2"]),
        choices=Choices(path).recall(),
    )
    assert of_kit[0].material == "plastic" and of_kit[0].parts["choices"] > 0.5


def test_another_choice_for_the_same_hit_takes_the_place_of_the_first(path):
    glass, metal = (SOUNDS[3 * MATERIALS.index(name)] for name in ("glass", "metal"))
    choose(glass, TABLE_HITS[0], path)
    choose(metal, TABLE_HITS[0], path)
    with Choices(path) as choices:
        assert [choice.sound for choice in choices.recall()] == [metal.take().id]
    assert best(TABLE_HITS[1], path)[0].material == "metal"


def test_a_choice_that_was_taken_back_counts_no_more(path):
    with Choices(path) as choices:
        remember_sound(PROJECT, PROJECT.hit("t1"), SOUNDS[0].take(), choices)
        remember_material(PROJECT, PROJECT.hit("t1"), "glass", choices)
        remember_material(PROJECT, PROJECT.hit("s7"), "tile", choices)
        forget(PROJECT, PROJECT.hit("t1"), "material", choices)
        assert [(one.kind, one.material) for one in choices.recall()] == [
            ("material", "tile"),
            ("sound", SOUNDS[0].material),
        ]
        forget(PROJECT, PROJECT.hit("t1"), "sound", choices)
        forget(PROJECT, PROJECT.hit("t2"), "sound", choices)
        assert [one.material for one in choices.recall()] == ["tile"]


def test_what_is_remembered_is_what_was_said(path):
    view = SurfaceView("sha256:x", np.eye(17, dtype=np.float32)[4], (0.25, 0.5), TABLE)
    with Choices(path) as choices:
        choices.remember(5, Choice("sound", "library-1", "leaf", view))
        choices.remember(9, Choice("material", "", "water", SurfaceView("v", np.zeros(17, np.float32))))
    with Choices(path) as choices:
        newest, older = choices.recall()
    assert (newest.kind, newest.material, newest.view.contact, newest.view.crop) == (
        "material",
        "water",
        None,
        None,
    )
    assert (older.sound, older.view.video, older.view.contact) == ("library-1", "sha256:x", (0.25, 0.5))
    assert older.view.crop == pytest.approx(TABLE, abs=1e-3)


def test_the_oldest_choices_give_way(path, monkeypatch):
    monkeypatch.setattr("engine.library.choices._MOST_CHOICES", 3)
    view = SurfaceView("v", np.zeros(17, np.float32))
    with Choices(path) as choices:
        for number in range(5):
            choices.remember(number, Choice("sound", f"take {number}", "", view))
        assert [choice.sound for choice in choices.recall()] == ["take 4", "take 3", "take 2"]


@pytest.mark.parametrize("damage", ["not a database", "newer", "folder in its place"])
def test_choices_that_cannot_be_read_are_told_and_left_alone(path, damage):
    path.parent.mkdir(parents=True)
    if damage == "newer":
        with sqlite3.connect(path) as connection:
            connection.execute("PRAGMA user_version = 99")
        connection.close()
    elif damage == "not a database":
        path.write_bytes(b"what somebody chose" * 200)
    else:
        path.mkdir()
    with Choices(path) as choices:
        assert choices.recall() == ()
        assert choices.problem.endswith(".")
        with pytest.raises(UserFacingError, match="can't be used"):
            choices.remember(1, Choice("sound", "a", "", SurfaceView("v", np.zeros(17, np.float32))))
    assert path.exists()


def test_surfaces_are_told_by_what_is_seen_where_and_taken_for_what():
    wood, metal = np.eye(17, dtype=np.float32)[[15, 3]]
    view = SurfaceView("film", wood, (0.4, 0.5), TABLE)
    same, lighter, sink, far, filmed_again, other_film, unseen = same_surface(
        view,
        [
            view,
            replace(view, materials=0.7 * wood + 0.3 * metal),
            replace(view, materials=metal, crop=SINK),
            replace(view, contact=(1.0, 0.5)),
            replace(view, video="other", contact=None),
            replace(view, video="other", crop=SINK),
            replace(view, video="other", crop=None),
        ],
    )
    assert same > lighter > 0.9 and filmed_again > 0.9
    assert sink < 0.5 and far < same and other_film < 0.01
    assert unseen == 0.0


def test_a_correction_is_carried_to_its_surface_alone():
    corrected = edits.set_material(PROJECT, ["t1"], "ceramic")
    carried = carried_materials(corrected, corrected.hit("t1"))
    assert set(carried) == {"t2", "t3"}
    for found in carried.values():
        assert found[0][0] == "ceramic" and found[0][1] <= 0.9
        assert sum(probability for _, probability in found) == pytest.approx(1.0)
        assert [row[1] for row in found] == sorted((row[1] for row in found), reverse=True)


def test_what_the_person_said_of_other_hits_is_not_touched():
    corrected = edits.set_material(edits.set_material(PROJECT, ["t2"], "cloth"), ["t1"], "ceramic")
    assert set(carried_materials(corrected, corrected.hit("t1"))) == {"t3"}
    without_video = replace(corrected, video=None)
    assert carried_materials(without_video, without_video.hit("t1")) == {}
    taken_back = edits.set_material(corrected, ["t1"], "")
    assert looks_module.surfaces(without_video, taken_back.hits) == {}
