"""What is prepared, learned, fitted and judged for the fit of sounds to hits."""

from __future__ import annotations

from dataclasses import fields, replace
from pathlib import Path

import numpy as np
import pytest
import soundfile

from engine.errors import UserFacingError
from engine.models.sight import SightFeatures
from engine.models.sound_fit import HitCues, PartWeights, SoundFit, fit_probability
from engine.models.two_tower import TwoTowerConfig
from engine.project.materials import MATERIALS
from training.datasets.footage import Footage
from training.datasets.recording import Contact, Recording
from training.fit.judged import JudgedHits, judge, pairs, unlike_blows
from training.fit.sounds import SoundRows, heard_library, load_sounds, save_sounds
from training.fit.struck import SOUND_RATE, StruckHit, StruckHits, load_hits, save_hits, true_sound
from training.fit.towers import TowerData, TowerRecipe, seen_vectors, trained_towers
from training.fit.weights import ByHand, fit_of_sounds, fitted

WOOD, METAL = MATERIALS.index("wood"), MATERIALS.index("metal")
PLAIN = SoundFit(
    with_picture=PartWeights(0.0, 1.0, 0.0, 0.0, 0.0, 0.1, 1.0),
    without_picture=PartWeights(0.0, 1.0, 0.0, 0.0, 0.0, 0.1, 1.0),
    octaves=(11.0,) * len(MATERIALS),
)


def sound_rows(material: np.ndarray, vector: np.ndarray | None = None, makers: object = None) -> SoundRows:
    """Sounds that differ in material and vector alone; the later, the less alike a mean of 0."""
    count = len(material)
    names = np.array([f"sound {number}" for number in range(count)])
    shape = np.arange(count, dtype=np.float16)[:, None, None] * np.ones((1, 4, 3), np.float16) / 100
    return SoundRows(
        names,
        names if makers is None else np.asarray(makers),
        np.asarray(material),
        np.zeros(count, bool),
        np.zeros((count, 4), np.float32) if vector is None else vector.astype(np.float32),
        np.eye(len(MATERIALS), dtype=np.float32)[material],
        np.full(count, 0.1, np.float32),
        *(np.full(count, value) for value in (-20.0, 2000.0, 0.005, 0.1, 0.3)),
        shape,
    )


def judged_hits(materials: np.ndarray, true: list[int]) -> JudgedHits:
    """Hits that are seen as of these materials, their true sounds all 0."""
    cues = tuple(HitCues(row, -20.0, False) for row in materials)
    shapes = np.zeros((len(true), 4, 3), np.float32)
    return JudgedHits(cues, np.array(true), np.zeros(len(true), bool), np.array(["a"] * len(true)), shapes)


def test_recommendations_are_scored_by_material_and_nearness() -> None:
    library = sound_rows(np.array([METAL] * 6 + [WOOD] * 6))
    seen = np.zeros((2, len(MATERIALS)))
    seen[:, [WOOD, METAL]] = [[0.8, 0.2], [0.6, 0.4]]
    hits = judged_hits(seen, [WOOD, METAL])
    unlike = unlike_blows(library, np.zeros((2, 4, 3)))
    scores = judge(hits, library, library.cues(None, unlike), PLAIN)
    assert scores.top_1 == 0.5
    assert scores.precision == 0.5
    assert scores.random == 0.5
    # The first of the wooden sounds is the nearest to the mean, and to the true sound.
    assert scores.nearness == pytest.approx(6.0 / 8.5, abs=0.01)
    turned = unlike.copy()
    turned[6:] = unlike[6:][::-1]
    worse = judge(hits, library, library.cues(None, turned), PLAIN)
    assert worse.nearness == pytest.approx(11.0 / 8.5, abs=0.01)


def test_fitted_weights_make_probabilities_true() -> None:
    rng = np.random.default_rng(4)
    library = sound_rows(np.arange(170) % 17)
    library = library.with_materials(rng.dirichlet(np.full(17, 0.3), 170).astype(np.float32))
    hits = judged_hits(rng.dirichlet(np.full(17, 0.3), 60), [0] * 60)
    parts, _, _ = pairs(hits, library, library.cues(None, np.full((170, 2), np.nan)), PLAIN)
    truth = replace(PLAIN, without_picture=replace(PLAIN.without_picture, bias=2.0, material=1.6))
    belongs = rng.random(len(parts["material"])) < fit_probability(parts, truth)
    found = fitted(PLAIN, parts, belongs, np.ones(len(belongs)))
    assert found.without_picture.material == pytest.approx(1.6, abs=0.25)
    before, after = (np.abs(fit_probability(parts, fit).mean() - belongs.mean()) for fit in (PLAIN, found))
    assert after < 0.01 < before


def test_the_towers_learn_which_sound_of_a_material_it_is() -> None:
    rng = np.random.default_rng(0)
    things = rng.normal(size=(24, 4)).astype(np.float32)
    into = rng.normal(size=(4, 10)).astype(np.float32)
    material = np.full(24, WOOD)
    nothing = np.zeros((24, 0), np.float32)
    features = SightFeatures(things @ into, nothing, things @ into[:, ::-1], nothing)
    clips = [f"clip {number}" for number in range(24)]
    hits = tuple(StruckHit(clip, clip, 1.0, "wood", "hit", -20.0, 0.0, (0.5, 0.5)) for clip in clips)
    known = np.eye(len(MATERIALS), dtype=np.float32)[material]
    data = TowerData(
        StruckHits(hits, features),
        known,
        sound_rows(material, things, clips),
        sound_rows(np.arange(34) % 17, makers=["a", "b"] * 17),
        sound_rows(np.arange(17)),
    )
    recipe = TowerRecipe(steps=60, hits=24, more_sounds=17, learning_rate=0.02)
    network = trained_towers(data, recipe, TwoTowerConfig(10, 4, hidden=16, dropout=0.0))
    import torch

    with torch.no_grad():
        pictures = network.picture(torch.from_numpy(seen_vectors(features)))
        own = (pictures @ network.sound(torch.from_numpy(things)).T).numpy()
    rank = (own > np.diag(own)[:, None]).mean(axis=1)
    assert rank.mean() < 0.3


def test_what_rendered_sounds_tell_of_brightness_and_shape() -> None:
    rng = np.random.default_rng(2)
    material = np.repeat([WOOD, METAL], 200)
    makers = np.repeat([f"thing {number}" for number in range(80)], 5)
    level_db = rng.uniform(-35, -5, 400)
    octaves = np.where(material == WOOD, 10.5, 12.0) + 0.3 * (level_db + 20) / 10 + rng.normal(0, 0.2, 400)
    rows = replace(sound_rows(material, makers=makers), level_db=level_db, centroid_hz=2.0**octaves)
    unlike = np.stack([rng.uniform(0.02, 0.06, 400), np.ones(400)], axis=1)
    fit = fit_of_sounds(rows, unlike, ByHand())
    assert fit.octaves[WOOD] == pytest.approx(10.5, abs=0.1)
    assert fit.octaves[METAL] == pytest.approx(12.0, abs=0.1)
    assert fit.octaves_per_10_db == pytest.approx(0.3, abs=0.05)
    assert fit.octaves_spread == pytest.approx(0.2, abs=0.05)
    assert fit.nearest == pytest.approx(0.03, abs=0.005)


def test_a_true_sound_ends_before_the_next_contact(tmp_path: Path) -> None:
    samples = np.zeros(3 * SOUND_RATE, np.float32)
    samples[SOUND_RATE] = 0.5
    samples[round(1.4 * SOUND_RATE)] = 0.9
    soundfile.write(tmp_path / "clip.wav", samples, SOUND_RATE, subtype="FLOAT")
    contacts = (Contact(1.0, "wood", "hit"), Contact(1.4, "wood", "hit"))
    clip = Recording("clip", "clip", tmp_path / "clip.mp4", tmp_path / "clip.wav", 3.0, contacts)
    first, second = (true_sound(clip, contact.time_s, Footage()) for contact in contacts)
    assert first.max() == pytest.approx(0.5, abs=0.01)
    assert len(first) < 0.42 * SOUND_RATE
    assert second.max() == pytest.approx(0.9, abs=0.01)


class Ear:
    """Hears nothing."""

    def hear(self, sounds: list[np.ndarray], sample_rate: int) -> SoundRows:
        assert sample_rate == SOUND_RATE
        return sound_rows(np.zeros(len(sounds), np.intp))


def test_recordings_are_known_by_folder_and_maker_and_kept(tmp_path: Path) -> None:
    rng = np.random.default_rng(0)
    for name in ("wood/a_1.wav", "metal/b_1.wav", "metal/notes.txt"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        if name.endswith(".wav"):
            soundfile.write(tmp_path / name, rng.normal(0, 0.1, 3000), 22_050)
        else:
            (tmp_path / name).write_text("no sound")
    (tmp_path / "ATTRIBUTION.csv").write_text("file,source\nwood/a_1.wav,someone\n")
    rows = heard_library(tmp_path, Ear())
    assert dict(zip(rows.names, rows.makers, strict=True)) == {
        "wood/a_1.wav": "someone",
        "metal/b_1.wav": "b",
    }
    assert [MATERIALS[number] for number in rows.material] == ["metal", "wood"]
    save_sounds(tmp_path / "kept" / "sounds.npz", rows)
    again = load_sounds(tmp_path / "kept" / "sounds.npz")
    for field in fields(SoundRows):
        assert np.array_equal(getattr(again, field.name), getattr(rows, field.name))
    with pytest.raises(UserFacingError, match="no folder"):
        heard_library(tmp_path / "nowhere", Ear())
    with pytest.raises(UserFacingError, match="no recording"):
        heard_library(tmp_path / "kept", Ear())


def test_hits_are_kept_and_a_damaged_file_is_told(tmp_path: Path) -> None:
    hit = StruckHit("set/clip", "set/clip", 1.25, "tile", "scratch", -21.5, 0.4, (0.25, 0.75))
    vectors = [np.ones((1, width), np.float32) for width in (1280, 1000, 1280, 1000)]
    save_hits(tmp_path / "hits.npz", StruckHits((hit,), SightFeatures(*vectors)))
    assert load_hits(tmp_path / "hits.npz").hits == (hit,)
    (tmp_path / "bad.npz").write_bytes(b"PK nothing")
    for path in (tmp_path / "bad.npz", tmp_path / "none.npz"):
        with pytest.raises(UserFacingError, match=r"training\.fit prepare"):
            load_hits(path)
