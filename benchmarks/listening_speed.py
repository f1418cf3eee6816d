"""How many sounds of a library are listened to in a second, beside reading them alone.

The sounds are the kit's, one of every material, action and object, written as files of several rates.
Scanning is timed first, because it is what a new folder costs before. Wall time, on as many cores as there
are.
"""

from __future__ import annotations

import tempfile
import time
from itertools import product
from pathlib import Path

import soundfile
import soxr

from engine.library.bundled_ear import NOBODY_LISTENS, load_listener
from engine.library.listening import listen
from engine.library.opening import read_opening
from engine.library.scan import scan_folders
from engine.project.materials import ACTIONS, MATERIALS
from engine.project.timebase import SAMPLE_RATE
from engine.synthesis.kit import SEEDS_PER_OBJECT, KitRecipe, synthesise

_OBJECTS = 6
_RATES = (44_100, 48_000, 96_000)
_GOAL_PER_S = 25


def _write_sounds(folder: Path) -> None:
    for number, (material, action, thing) in enumerate(product(MATERIALS, ACTIONS, range(_OBJECTS))):
        samples = synthesise(KitRecipe(material, action, thing * SEEDS_PER_OBJECT, 0.6, 1.0))
        rate = _RATES[number % len(_RATES)]
        if rate != SAMPLE_RATE:
            samples = soxr.resample(samples, SAMPLE_RATE, rate)
        soundfile.write(folder / f"{number:03d}.wav", samples, rate)


def main() -> None:
    """Print the table."""
    listener = load_listener()
    if listener is None:
        print(NOBODY_LISTENS)
        return
    with tempfile.TemporaryDirectory() as place:
        folder, caches = Path(place, "sounds"), Path(place, "caches")
        folder.mkdir()
        _write_sounds(folder)
        started = time.perf_counter()
        library = scan_folders([folder], catalog_path=caches / "library.sqlite")
        scanning_s = time.perf_counter() - started
        started = time.perf_counter()
        for sound in library:
            read_opening(sound.path)
        reading_s = time.perf_counter() - started
        started = time.perf_counter()
        heard = listen(library.sounds, listener, store_folder=caches).heard
        listening_s = time.perf_counter() - started
    print(f"{f'{heard} sounds':20}{'per second':>12}{'goal':>7}{'x reading':>11}")
    for name, spent_s, goal in (
        ("reading alone", reading_s, ""),
        ("scanning", scanning_s, ""),
        ("listening", listening_s, f"{_GOAL_PER_S}"),
    ):
        print(f"{name:20}{heard / spent_s:12.0f}{goal:>7}{spent_s / reading_s:11.2f}")


if __name__ == "__main__":
    main()
