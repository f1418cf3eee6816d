"""Soundtracks of a project: whole, in part, interrupted, made again."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import soundfile
from numpy.typing import NDArray

from engine.analysis.to_document import project_from_video
from engine.errors import Cancelled, UserFacingError
from engine.host_jobs import GENERATING_KINDS, KINDS, QUICK_KINDS
from engine.job import Job
from engine.media.media_pool import MediaPool
from engine.media.peaks import peaks_of
from engine.project import edits
from engine.project.document import GeneratedTrack, Project
from engine.project.document_json import GENERATED_SHAPE, to_json
from engine.synthesis.sample_rnn import generators, making, unfinished
from engine.synthesis.sample_rnn.soundtrack import SoundtrackSettings, generate, remake
from tests.engine.synthesis.sample_rnn.tiny_generators import save_tiny_generator
from tests.media_factory import make_video

_FEATURES = 3


class Watched:
    """A job whose events are kept; it may be stopped after so many blocks."""

    def __init__(self, blocks: int | None = None) -> None:
        self.events: list[dict[str, Any]] = []
        self._blocks = blocks
        self.job = Job(on_event=self.events.append, is_cancelled=self._is_cancelled)

    def of(self, kind: str) -> list[dict[str, Any]]:
        return [event for event in self.events if event["event"] == kind]

    def _is_cancelled(self) -> bool:
        return self._blocks is not None and len(self.of("take_block")) >= self._blocks


@pytest.fixture(autouse=True)
def own(tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch) -> None:
    """Pictures are described by their mean colour, and the user's own cache stays out of it."""
    cache = tmp_path_factory.mktemp("cache")
    monkeypatch.setattr(unfinished, "cache_folder", lambda: cache)
    monkeypatch.setattr(unfinished, "_SAVE_EVERY_S", 0.0)

    def describe(pictures: Sequence[NDArray[np.uint8]]) -> NDArray[np.float32]:
        return np.stack([picture.mean(axis=(0, 1)) for picture in pictures]).astype(np.float32)

    monkeypatch.setattr(making, "load_describer", lambda backbone: describe)


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A film of 3 s and two generators beside it."""
    folder = tmp_path_factory.mktemp("place")
    make_video(folder / "film.mp4", count=30, rate=10, size=(64, 48))
    save_tiny_generator(folder / "hits", features=_FEATURES, has_envelope=True)
    save_tiny_generator(folder / "sequence", "sequence", features=_FEATURES)
    return folder


@pytest.fixture
def project(place: Path) -> Project:
    """Two wooden hits and one on metal."""
    project = project_from_video(place / "film.mp4")
    for number, (position, material) in enumerate(((24_000, "wood"), (60_000, "wood"), (110_000, "metal"))):
        project = edits.add_hit(project, position, hit_id=f"hit-{number}")
        project = edits.set_material(project, [f"hit-{number}"], material)
    return project


def _settings(place: Path, variant: str = "hits", **more: Any) -> SoundtrackSettings:
    return SoundtrackSettings(generator=str(place / variant), seed=3, **more)


def _sound(track: GeneratedTrack) -> NDArray[Any]:
    assert track.take.media is not None
    samples, rate = soundfile.read(track.take.media.path, dtype="float64")
    assert rate == 48_000
    return samples


def test_takes_are_as_long_as_the_film_and_drawn_while_they_grow(
    place: Path, project: Project, tmp_path: Path
) -> None:
    watched = Watched()
    made = generate(project, _settings(place, takes=2), MediaPool(tmp_path), job=watched.job)
    (begun,) = watched.of("takes_begun")
    assert (begun["position"], begun["length"], begun["seeds"]) == (0, project.length, [3, 4])
    assert begun["names"] == [track.name for track in made.tracks] == ["Take 1", "Take 2"]
    for take, track in enumerate(made.tracks):
        sound = _sound(track)
        assert len(sound) == track.length == project.length
        drawn: list[list[float]] = []
        for block in watched.of("take_block"):
            if block["take"] == take:
                assert block["first_peak"] == len(drawn)
                drawn += block["peaks"]
        # The peaks are those of the samples before they were brought to the project's rate.
        true = peaks_of(sound.astype(np.float32)).finest
        assert len(drawn) == len(true)
        assert np.corrcoef(np.array(drawn)[:, 1], true[:, 1])[0, 1] > 0.8
        recipe = track.take.recipe
        assert recipe is not None and recipe.seed == 3 + take
        assert dict(recipe.parameters)["hits_count"] == 3
    assert len(list((tmp_path / "sounds").glob("*.wav"))) == 2


@pytest.mark.parametrize("variant", ["hits", "sequence"])
def test_a_stopped_one_goes_on_and_is_the_same_bit_for_bit(
    place: Path, project: Project, tmp_path: Path, variant: str
) -> None:
    whole = generate(project, _settings(place, variant, takes=2, temperature=0.9), MediaPool(tmp_path / "a"))
    settings = _settings(place, variant, takes=2, temperature=0.9)
    pool = MediaPool(tmp_path / "b")
    with pytest.raises(Cancelled):
        generate(project, settings, pool, job=Watched(blocks=40).job)
    assert list(pool.folder.iterdir()) == []
    watched = Watched()
    made = generate(project, settings, pool, job=watched.job)
    assert made.resumed_s > 0.5
    (note,) = watched.of("note")
    assert "Goes on at 00:0" in note["sentence"]
    for one, other in zip(whole.tracks, made.tracks, strict=True):
        assert one.take.media is not None and other.take.media is not None
        assert one.take.media.content_hash == other.take.media.content_hash
    assert generate(project, settings, pool).resumed_s == 0.0


def test_a_stretch_is_made_anew_within_the_older_take_and_made_again_with_it(
    place: Path, project: Project, tmp_path: Path
) -> None:
    pool = MediaPool(tmp_path)
    (old,) = generate(project, _settings(place), pool).tracks
    old = replace(old, name="Feet", gain_db=-3.0, length=old.length - 10)
    project = edits.add_generated_track(project, old)
    settings = replace(_settings(place), seed=9, start=48_000, end=96_000, replaces=old.id)
    (new,) = generate(project, settings, pool).tracks
    assert replace(new, take=old.take) == old
    before, after = _sound(old), _sound(new)
    np.testing.assert_array_equal(before[:48_000], after[:48_000])
    np.testing.assert_array_equal(before[96_000:], after[96_000:])
    assert (before[50_000:94_000] != after[50_000:94_000]).mean() > 0.99

    project = edits.remove_generated_track(project, old.id)
    project = edits.add_generated_track(project, new)
    for file in pool.folder.glob("*.wav"):
        file.unlink()
    # What was told then is told again, whatever the hits are now.
    again = remake(edits.remove_hits(project, ["hit-1"]), new, pool)
    assert again.is_same
    assert again.take.recipe == new.take.recipe


def test_what_a_take_was_made_from_may_be_gone(place: Path, project: Project, tmp_path: Path) -> None:
    pool = MediaPool(tmp_path)
    (track,) = generate(project, _settings(place, end=24_000), pool).tracks
    for notes in pool.folder.glob("*.json"):
        notes.unlink()
    assert remake(project, track, pool).is_same
    for notes in pool.folder.glob("*.json"):
        notes.unlink()
    with pytest.raises(UserFacingError, match="The hits have changed since “Take 1”"):
        remake(edits.remove_hits(project, ["hit-1"]), track, pool)
    recipe = track.take.recipe
    assert recipe is not None
    other = replace(track, take=replace(track.take, recipe=replace(recipe, checkpoint_hash="0" * 16)))
    with pytest.raises(UserFacingError, match="is not there any more, or has other weights"):
        remake(project, other, pool)
    with pytest.raises(UserFacingError, match="Nothing says how"):
        remake(project, replace(track, take=replace(track.take, recipe=None)), pool)


def test_only_the_chosen_hits_are_told(place: Path, project: Project, tmp_path: Path) -> None:
    settings = _settings(place, end=120_000)
    (everything,) = generate(project, settings, MediaPool(tmp_path)).tracks
    (wood,) = generate(project, replace(settings, materials=["wood"]), MediaPool(tmp_path)).tracks
    assert wood.take.recipe is not None
    assert dict(wood.take.recipe.parameters)["hits_count"] == 2
    assert dict(wood.take.recipe.parameters)["materials"] == "wood"
    metal_begins = 109_000
    np.testing.assert_allclose(_sound(everything)[:metal_begins], _sound(wood)[:metal_begins], atol=1e-5)
    assert not np.allclose(_sound(everything), _sound(wood), atol=1e-2)
    with pytest.raises(UserFacingError, match="None of the hits chosen"):
        generate(project, replace(settings, tracks=["feet"]), MediaPool(tmp_path))


def test_refusals_are_sentences(place: Path, project: Project, tmp_path: Path) -> None:
    pool = MediaPool(tmp_path)
    for more, sentence in (
        ({"end": 1000}, "shorter than 0.1 s"),
        ({"materials": ["wood", "mithril"]}, "no material called “mithril”"),
        ({"takes": 0}, "1 to 64 takes"),
        ({"temperature": 0.0}, "temperature can be 0.1 to 2"),
        ({"variant": "flow"}, "of the variant hits, not flow"),
        ({"replaces": "gone"}, "not there any more"),
    ):
        with pytest.raises(UserFacingError, match=sentence):
            generate(project, replace(_settings(place), **more), pool)
    with pytest.raises(UserFacingError, match="makes its sound from the hits, and there are none"):
        generate(project_from_video(place / "film.mp4"), _settings(place), pool)
    with pytest.raises(UserFacingError, match="no generator called “piano”"):
        generate(project, SoundtrackSettings(generator="piano"), pool)
    assert not pool.folder.exists() or not list(pool.folder.iterdir())


def test_jobs_over_the_wire(
    place: Path, project: Project, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(generators, "generators_folder", lambda: place)
    monkeypatch.setattr(generators, "bundled_models_folder", lambda: tmp_path / "none")
    assert "generators" in QUICK_KINDS and {"generate", "remake_take"} <= GENERATING_KINDS
    listed = _run("generators")
    rows = {row["name"]: row for row in listed["generators"]}
    assert listed["default"] == "hits" and set(rows) == {"hits", "sequence"}
    assert (rows["hits"]["variant"], rows["hits"]["window_s"], rows["hits"]["problem"]) == ("hits", 0.0, "")
    with pytest.raises(UserFacingError, match="“hits” is of the variant hits, not sequence"):
        generators.find_generator("hits", "sequence")
    assert rows["sequence"]["window_s"] == pytest.approx(20 * 256 / 4000)
    arguments = {"project": to_json(project), "model": "", "seed": 5, "takes": 1, "end": 48_000}
    result = _run("generate", **arguments, temperature=1.0, tracks=None, folder=str(tmp_path))
    (track,) = map(GENERATED_SHAPE.read, result["takes"])
    assert (track.length, result["resumed_s"], result["notes"]) == (48_000, 0.0, [])
    assert track.take.media is not None
    assert Path(track.take.media.path).parent == tmp_path / "sounds"
    project = edits.add_generated_track(project, track)
    again = _run("remake_take", project=to_json(project), track=track.id, folder=str(tmp_path))
    assert again["is_same"] is True
    assert "hits" not in [row["name"] for row in _run("models")["models"]]


def _run(kind: str, **arguments: Any) -> dict[str, Any]:
    return json.loads(json.dumps(KINDS[kind](arguments, Job()), allow_nan=False))
