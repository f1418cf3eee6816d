"""What file and folder names say."""

from __future__ import annotations

import pytest

from engine.library.words import action_of, material_of, words_of
from engine.project.materials import MATERIALS


@pytest.mark.parametrize("material", MATERIALS)
def test_every_materials_own_name_is_understood(material):
    for name in (material, material.title(), material.replace("-", "_").upper(), f"hit_{material}_03"):
        assert material_of([name]) == material


@pytest.mark.parametrize(
    ("names", "material"),
    [
        (["tarmac walk 3"], "rock"),
        (["Concrete-Footsteps"], "rock"),
        (["plasticbag_03"], "plastic-bag"),
        (["PlasticBagRustle"], "plastic-bag"),
        (["Bin Bags"], "plastic-bag"),
        (["paper bag crumple"], "paper"),
        (["plastic cup"], "plastic"),
        (["METLHit_Pipe 01_Someone_LIB"], "metal"),
        (["WOODImpt_DoorSlam"], "wood"),
        (["GLASBrk_Bottle"], "glass"),
        (["wood stick on metal"], "metal"),
        (["steel_door_close"], "metal"),
        (["door close"], "wood"),
        (["autumn leaves"], "leaf"),
        (["footstep01", "Gravel", "Sounds"], "gravel"),
        (["wooden box", "Gravel"], "gravel"),
        (["wood box", "Gravel"], "wood"),
        (["take 7", "misc", "glass"], "glass"),
        (["take 7", "misc"], ""),
        (["rockabilly"], ""),
        ([""], ""),
    ],
)
def test_material_words(names, material):
    assert material_of(names) == material


@pytest.mark.parametrize(
    ("names", "action"),
    [
        (["wood scrape"], "scratch"),
        (["footstep 3"], "hit"),
        (["take 1", "Impacts", "hit"], "hit"),
        (["take 1"], None),
        (["ClothRustle", "hits"], "scratch"),
    ],
)
def test_action_words(names, action):
    assert action_of(names) == action


def test_words_are_cut_at_case_digits_and_marks():
    assert words_of("WOODImpt_DoorSlam-02 softHit") == ["wood", "impt", "door", "slam", "soft", "hit"]
