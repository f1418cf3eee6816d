"""What is offered for a hit: the right material first, at the right level, the same every time."""

from __future__ import annotations

import hashlib
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from engine.features.loudness import peak_level_db
from engine.library.acoustics import Acoustics
from engine.library.kit_sounds import kit_sounds, strength_of
from engine.library.matching import SoundTable, hit_cues
from engine.library.recommend import candidates_for, recommend
from engine.library.scan import scan_folders
from engine.library.sound import LibrarySound
from engine.models.sound_fit import BY_HAND
from engine.project.document import Hit, MaterialProbability, Project
from engine.project.materials import MATERIALS
from engine.synthesis.kit import recipe_of, synthesise

USUAL = Acoustics(level_db=-20.0, peak_db=-8.0, centroid_hz=2500.0, attack_s=0.01, decay_s=0.2, action="hit")


def sound(name: str, material: str, action: str = "hit", duration_s: float = 0.4, **numbers: float):
    digest = hashlib.sha256(name.encode()).hexdigest()
    acoustics = replace(USUAL, **numbers)
    return LibrarySound(Path(f"/s/{name}.wav"), f"sha256:{digest}", duration_s, material, action, acoustics)  # type: ignore[arg-type]


def hit(material: str = "wood", level_db: float = -20.0, hit_id: str = "h", **more: object) -> Hit:
    return Hit(hit_id, 0, level_db=level_db, material=material, **more)  # type: ignore[arg-type]


def likely(**probabilities: float) -> tuple[MaterialProbability, ...]:
    return tuple(MaterialProbability(name, value) for name, value in probabilities.items())


ONE_EACH = [sound(f"{name} one", name) for name in MATERIALS]


@pytest.mark.parametrize("material", MATERIALS)
def test_the_right_material_wins_however_badly_it_was_recorded(material):
    poor = sound("poor", material, level_db=-70.0, centroid_hz=150.0)
    others = [one for one in ONE_EACH if one.material != material]
    for chosen in (True, False):
        first = recommend(hit(material, material_chosen=chosen), [poor, *others], 3)[0]
        assert first.material == material


def test_what_the_person_chose_outweighs_the_model():
    doubted = hit("glass", materials=likely(wood=0.95, glass=0.05), material_chosen=True)
    assert recommend(doubted, ONE_EACH, 1)[0].material == "glass"
    assert recommend(replace(doubted, material_chosen=False), ONE_EACH, 1)[0].material == "wood"


def test_probabilities_are_weighed():
    ranked_hit = hit(materials=likely(metal=0.5, wood=0.3, cloth=0.2))
    ranked = recommend(ranked_hit, ONE_EACH, 3)
    assert ranked[0].material == "metal"
    assert {one.material for one in ranked} >= {"metal", "wood"}
    parts = {one.material: one.parts["material"] for one in recommend(ranked_hit, ONE_EACH, 17)}
    assert parts["metal"] == pytest.approx(0.5, abs=0.06)
    assert parts["metal"] > parts["wood"] > parts["cloth"] > parts["rock"]


def test_nothing_known_treats_all_materials_alike():
    parts = [one.parts["material"] for one in recommend(hit(""), ONE_EACH, 17)]
    assert parts == pytest.approx([1 / 17] * 17, rel=1e-4)


def test_the_kit_stands_between_good_files_and_wrong_ones():
    good = sound("good", "wood")
    wrong = sound("wrong", "glass")
    related = sound("related", "drywall")
    ranked = recommend(hit("wood"), [wrong, good, related], 8, include_kit=True)
    assert ranked[0].path == "/s/good.wav"
    assert all(one.path == "" and one.material == "wood" for one in ranked[1:])
    assert len(ranked) == 8
    everything = recommend(hit("wood"), [wrong, good, related], 30, include_kit=True)
    assert [one.path for one in everything[-2:]] == ["/s/related.wav", "/s/wrong.wav"]


@pytest.mark.parametrize("level_db", [-60.0, -40.0, -24.0])
def test_gain_brings_the_sound_to_the_hits_level(level_db):
    file = recommend(hit(level_db=level_db), [sound("a", "wood", level_db=-17.0)], 1)[0]
    assert file.gain_db == pytest.approx(level_db + 17.0)
    kit = recommend(hit(level_db=level_db), [], 1, include_kit=True)[0]
    assert kit.gain_db + peak_level_db(synthesise(recipe_of(kit.take)), 48_000) == pytest.approx(level_db)
    assert (file.length, kit.length) == (0, 0)


def test_gain_stays_within_the_documents_limits():
    faint = recommend(hit(level_db=-5.0), [sound("a", "wood", level_db=-75.0, peak_db=-60.0)], 1)[0]
    assert faint.gain_db == 24.0


def test_no_sound_is_driven_beyond_full_scale_to_reach_a_level():
    clicks = recommend(hit(level_db=-10.0), [sound("a", "wood", level_db=-30.0, peak_db=-6.0)], 1)[0]
    assert clicks.gain_db == pytest.approx(-2.0 + 6.0)
    kit = recommend(hit(level_db=-5.0), [], 1, include_kit=True)[0]
    peak = np.abs(synthesise(recipe_of(kit.take))).max()
    assert kit.gain_db + 20 * np.log10(peak) == pytest.approx(-2.0)


def test_acoustic_fit_prefers_what_a_hit_would_sound_like():
    def best(of: Hit, *sounds: LibrarySound) -> str:
        table = SoundTable(sounds)
        return sounds[int(table.scores(hit_cues(of)).argmax())].path.stem

    usual = sound("usual", "wood")
    assert best(hit(), usual, sound("late", "wood", attack_s=0.3)) == "usual"
    assert best(hit(), usual, sound("long", "wood", decay_s=3.0, duration_s=5.0)) == "usual"
    assert best(hit(), usual, sound("rub", "wood", "scratch")) == "usual"
    assert best(hit(), usual, sound("faint", "wood", level_db=-55.0)) == "usual"
    dull, bright = sound("dull", "wood", centroid_hz=1700.0), sound("bright", "wood", centroid_hz=2600.0)
    assert best(hit(level_db=-5.0), dull, bright) == "bright"
    assert best(hit(level_db=-38.0), dull, bright) == "dull"
    scratch = hit(action="scratch", length=96_000)
    assert best(scratch, usual, sound("rub", "wood", "scratch")) == "rub"
    assert (
        best(scratch, sound("short", "wood", "scratch", 0.2), sound("rub", "wood", "scratch", 2.0)) == "rub"
    )


def test_a_scrape_under_a_blow_yields_to_a_blow_of_the_same_material_whatever_the_weights():
    blow, scrape = sound("blow", "wood"), sound("rub", "wood", "scratch", centroid_hz=2048.0)
    other = sound("scrape of glass", "glass", "scratch")
    careless = replace(BY_HAND, without_picture=replace(BY_HAND.without_picture, action=0.0))
    table = SoundTable([scrape, blow, other], fit=careless)
    assert [one.take.name for one in recommend(hit(), table, 3)] == ["blow", "rub", "scrape of glass"]
    scratch = hit(action="scratch")
    assert [one.take.name for one in recommend(scratch, table, 2)] == ["rub", "blow"]


def test_results_are_sorted_bounded_and_the_same_every_time():
    sounds = [sound(f"{name} {number}", name) for name in MATERIALS for number in range(4)]
    hits = [hit(MATERIALS[n % 17], -10.0 - n, f"h{n}") for n in range(20)]
    once = candidates_for(hits, sounds, include_kit=True, k=6, seed=3)
    assert once == candidates_for(hits, reversed(sounds), include_kit=True, k=6, seed=3)
    assert once != candidates_for(hits, sounds, include_kit=True, k=6, seed=4)
    for ranked in once.values():
        scores = [one.score for one in ranked]
        assert scores == sorted(scores, reverse=True)
        assert 0.0 < min(scores) <= max(scores) <= 1.0
        assert len({one.id for one in ranked}) == len(ranked) == 6


def test_the_best_of_a_large_library_are_those_that_scoring_all_gives():
    rng = np.random.default_rng(4)
    sounds = [
        sound(
            f"s{n}", MATERIALS[n % 17], ("hit", "scratch")[n % 5 == 0], level_db=level, centroid_hz=2**octave
        )
        for n, (level, octave) in enumerate(
            zip(rng.normal(-25, 9, 6000), rng.normal(11, 1.5, 6000), strict=True)
        )
    ]
    table = SoundTable(sounds)
    for of in (hit("cloth"), hit("glass", -40.0, action="scratch"), hit("", -10.0)):
        scores = table.scores(hit_cues(of))
        rows, found, parts = table.best(hit_cues(of), 25)
        assert rows.tolist() == np.argsort(-scores, kind="stable")[:25].tolist()
        assert found == pytest.approx(scores[rows]) and len(parts["level"]) == 25


def test_like_hits_get_varied_first_sounds():
    sounds = [sound(f"step {number}", "wood") for number in range(6)]
    firsts = {recommend(hit(hit_id=f"h{n}"), sounds, 3)[0].id for n in range(30)}
    assert len(firsts) >= 5


def test_a_project_gets_sounds_for_its_shown_hits():
    hidden, shown = hit(hit_id="hidden", confidence=0.1), hit(hit_id="shown", confidence=0.9)
    found = candidates_for(Project("p", hits=(hidden, shown)), ONE_EACH, include_kit=False, k=2)
    assert list(found) == ["shown"]
    assert candidates_for([hit()], [], include_kit=False) == {"h": ()}


def test_kit_sounds_share_likely_materials_and_strike_one_object():
    found = kit_sounds(hit(materials=likely(metal=0.5, wood=0.3, cloth=0.2)), 10, seed=1)
    materials = [one.recipe.material for one in found]
    assert {name: materials.count(name) for name in set(materials)} == {"metal": 5, "wood": 3, "cloth": 2}
    assert len({one.recipe for one in found}) == 10
    for name in ("metal", "wood", "cloth"):
        assert len({one.recipe.seed // 16 for one in found if one.recipe.material == name}) == 1
    assert found[0].recipe.material == "metal"


@pytest.mark.parametrize("count", [0, 1, 2, 3, 16, 40])
def test_kit_sounds_are_as_many_as_asked_for_if_there_are(count):
    assert len(kit_sounds(hit(materials=likely(metal=0.9, wood=0.1)), count, 0)) == min(count, 32)
    assert len(kit_sounds(hit(""), count, 0)) == min(count, 16)


@pytest.mark.parametrize(
    ("level_db", "strength"), [(-80, 0.1), (-45, 0.1), (-28.5, 0.6), (-12, 1.0), (0, 1.0)]
)
def test_strength_comes_from_the_level(level_db, strength):
    assert strength_of(hit(level_db=level_db)) == pytest.approx(strength, abs=0.051)


def test_a_kit_scratch_is_at_least_as_long_as_the_hit():
    recipe = kit_sounds(hit(action="scratch", length=50_000), 1, 0)[0].recipe
    assert (recipe.action, recipe.duration_s) == ("scratch", 1.25)


def test_on_the_real_folder_the_first_sound_is_of_the_hits_material(tmp_path, shared_data):
    library = scan_folders([shared_data / "sounds"], catalog_path=tmp_path / "library.sqlite")
    known = sorted({one.material for one in library})
    assert len(known) == 16
    hits = [
        hit(material, level_db, f"{material} {level_db} {action}", action=action, length=length)
        for material in known
        for level_db in (-45.0, -25.0, -10.0)
        for action, length in (("hit", 0), ("scratch", 60_000))
    ]
    for include_kit, asked in ((False, hits), (True, hits[2::6])):
        found = candidates_for(asked, library, include_kit=include_kit, k=1)
        assert [one.id for one in asked if found[one.id][0].material != one.material] == []
