"""What the names of a sound's file and folders say: material and action.

The file's own name counts most, then its folder, then the folders above; a material's own word counts
more than one that stands for it ("concrete" for rock), and that more than a hint (a "door" is often
wood). Within one name the last word wins, because that is what is struck: "wood stick on metal".
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from engine.project.materials import MATERIALS, Action

_SUGGESTING: dict[str, str] = {
    "plastic": "lino linoleum vinyl pvc acrylic bucket lego tupperware pillbottle rubber plas",
    "drywall": "plasterboard gypsum sheetrock plaster",
    "rock": "stone concrete cement tarmac asphalt pavement brick boulder cobble cobblestone marble granite"
    " slate sidewalk kerb",
    "metal": "steel iron tin aluminium aluminum brass copper bronze catwalk plating chain pipe anvil grate"
    " grating railing sword cutlery coin metallic metl",
    "leaf": "leaves foliage bush shrub herb hedge leafy fern",
    "grass": "lawn meadow hay straw turf reed",
    "paper": "cardboard newspaper magazine page envelope carton papr",
    "water": "splash puddle pond river sea swim drip bubble aqua watr",
    "gravel": "pebble shingle scree rubble grit",
    "glass": "windowpane goblet wineglass crystal glas",
    "tile": "tiled tiling bathroom",
    "ceramic": "porcelain pottery crockery china mug clay terracotta earthenware cerm",
    "plastic-bag": "cellophane polythene crisps",
    "dirt": "soil mud muddy earth sand crumbly",
    "cloth": "fabric clothing clothes leather jacket cotton denim linen towel silk backpack curtain textile"
    " garment canvas clth",
    "wood": "wooden timber plank log parquet oak pine crate plywood fence fencegate bamboo hardwood laminate",
    "carpet": "rug doormat carpeted",
}
"""Words that stand for a material, among them the category codes of the Universal Category System."""

_HINTING: dict[str, str] = {
    "drywall": "wall",
    "rock": "hard street",
    "leaf": "rustle snappy",
    "grass": "vege",
    "paper": "book card",
    "water": "wet pool",
    "glass": "bottle window",
    "tile": "floor",
    "ceramic": "plate bowl",
    "plastic-bag": "wrapper packet foil",
    "dirt": "ground dust",
    "cloth": "sofa cushion",
    "wood": "door chest tree choppy cabinet drawer table",
    "carpet": "mat",
}
"""Words of things that are usually made of it: a "steel door" is steel."""

_PAIRS: dict[tuple[str, str], str] = {
    ("plastic", "bag"): "plastic-bag",
    ("carrier", "bag"): "plastic-bag",
    ("shopping", "bag"): "plastic-bag",
    ("bin", "bag"): "plastic-bag",
    ("paper", "bag"): "paper",
    ("dry", "wall"): "drywall",
    ("plaster", "board"): "drywall",
    ("cinder", "block"): "rock",
}
_SCRATCHING = frozenset(
    [
        "scratch",
        "scrape",
        "scraping",
        "scratching",
        "drag",
        "dragging",
        "rub",
        "rubbing",
        "slide",
        "sliding",
        "rustle",
        "rustling",
        "friction",
        "roll",
        "rolling",
        "brush",
        "brushing",
        "sweep",
        "sweeping",
        "scuff",
        "swish",
        "shuffle",
        "handling",
        "grind",
        "grinding",
        "saw",
        "sawing",
    ]
)
_HITTING = frozenset(
    [
        "hit",
        "impact",
        "footstep",
        "footsteps",
        "step",
        "knock",
        "drop",
        "dropping",
        "break",
        "breaking",
        "slam",
        "tap",
        "punch",
        "thud",
        "bang",
        "chop",
        "dig",
        "dug",
        "close",
        "strike",
        "crash",
        "smash",
        "shatter",
        "stomp",
        "bump",
        "click",
        "clap",
        "kick",
        "place",
        "impt",
        "feet",
    ]
)

_OWN_WORD, _SUGGESTION, _HINT = 4.0, 2.0, 1.0
_PER_FOLDER_UP = 0.7
_WORD = re.compile(r"[A-Z]{2,}(?=[A-Z][a-z])|[A-Z]{4}(?=[A-Z][a-z])|[A-Z]?[a-z]+|[A-Z]+")


def words_of(name: str) -> list[str]:
    """The lower-case words of a file or folder name: "WOODImpt_DoorSlam-02" -> wood impt door slam."""
    return [word.lower() for word in _WORD.findall(name)]


def material_of(names: Sequence[str]) -> str:
    """The material that names suggest.

    Parameters
    ----------
    names
        The file's name without its suffix, its folder, the folder above, and so on.

    Returns
    -------
    One of the 17 materials, or "" when no word tells.
    """
    weights: dict[str, float] = {}
    for height, name in enumerate(names):
        strongest: dict[str, float] = {}
        for place, (material, weight) in enumerate(_suggestions(words_of(name))):
            # Among equals the later word of a name wins.
            strongest[material] = max(strongest.get(material, 0.0), weight + 0.01 * place)
        for material, weight in strongest.items():
            weights[material] = weights.get(material, 0.0) + weight * _PER_FOLDER_UP**height
    return max(weights, key=lambda material: (weights[material], material)) if weights else ""


def action_of(names: Sequence[str]) -> Action | None:
    """The action that names tell, the file's own first; None when no word does."""
    for name in names:
        words = set(words_of(name))
        if words & _SCRATCHING:
            return "scratch"
        if words & _HITTING:
            return "hit"
    return None


def _suggestions(words: list[str]) -> list[tuple[str, float]]:
    found: list[tuple[str, float]] = []
    before = ""
    for word in map(_singular, words):
        pair = _PAIRS.get((before, word))
        known = (pair, _OWN_WORD) if pair else _MEANING.get(word)
        if pair and before in _MEANING:
            found.pop()
        if known:
            found.append(known)
        before = word
    return found


def _singular(word: str) -> str:
    for ending, replacement in (("ies", "y"), ("sses", "ss"), ("shes", "sh"), ("ss", "ss"), ("s", "")):
        if word.endswith(ending) and len(word) > len(ending) + 2 and word not in _MEANING:
            return word[: -len(ending)] + replacement
    return word


_MEANING: dict[str, tuple[str, float]] = {
    **{word: (material, _HINT) for material, words in _HINTING.items() for word in words.split()},
    **{word: (material, _SUGGESTION) for material, words in _SUGGESTING.items() for word in words.split()},
    **{material: (material, _OWN_WORD) for material in MATERIALS},
    "plasticbag": ("plastic-bag", _OWN_WORD),
}
