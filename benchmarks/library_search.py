"""How long the best sounds for a hit take to find in a library of 100,000, beside scoring all in full.

The library is made up: its sounds have vectors, materials and measurements, but no files. "Vectors alone" is
the search for the twenty vectors most like one, against a product of float32 matrices. Best of several runs.
"""

from __future__ import annotations

import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from engine.library.acoustics import Acoustics
from engine.library.bundled_ear import bundled_fit
from engine.library.byte_vectors import best
from engine.library.matching import Heard, SoundTable
from engine.library.sound import LibrarySound
from engine.library.vector_store import VectorStore
from engine.models.sound_fit import HitCues
from engine.project.materials import MATERIALS

_SOUNDS, _LENGTH, _K = 100_000, 128, 20
_GOAL_MS = 10.0
_ADDED_TOGETHER = 10_000


def _best_ms(work: Callable[[], object], repetitions: int = 15) -> float:
    spent_s = []
    for _ in range(repetitions):
        started = time.process_time()
        work()
        spent_s.append(time.process_time() - started)
    return 1000 * min(spent_s)


def _vectors(rng: np.random.Generator) -> NDArray[np.float32]:
    vectors = rng.standard_normal((_SOUNDS, _LENGTH)).astype(np.float32)
    return vectors / np.linalg.norm(vectors, axis=1, keepdims=True)


def _sounds(rng: np.random.Generator) -> list[LibrarySound]:
    """A third of the names tell a material; every tenth sound is a scratch."""
    levels_db, octaves = rng.normal(-25, 8, _SOUNDS), rng.normal(11, 1, _SOUNDS)
    return [
        LibrarySound(
            Path(f"/sounds/{n}.wav"),
            f"sha256:{n:064x}",
            0.5,
            MATERIALS[n % 17] if n % 3 == 0 else "",
            "scratch" if n % 10 == 0 else "hit",
            Acoustics(float(levels_db[n]), -3.0, float(2 ** octaves[n]), 0.01, 0.2, "hit"),
        )
        for n in range(_SOUNDS)
    ]


def main() -> None:
    """Print the table."""
    rng = np.random.default_rng(7)
    vectors = _vectors(rng)
    query = vectors[123] + 0.1 * rng.standard_normal(_LENGTH).astype(np.float32)
    with tempfile.TemporaryDirectory() as folder, VectorStore("benchmark", _LENGTH, 0, Path(folder)) as store:
        hashes = [f"sha256:{n:064x}" for n in range(_SOUNDS)]
        started = time.process_time()
        for first in range(0, _SOUNDS, _ADDED_TOGETHER):
            some = slice(first, first + _ADDED_TOGETHER)
            store.add(hashes[some], vectors[some])
        adding_s = time.process_time() - started
        started = time.process_time()
        rows = store.kept(hashes).rows
        finding_s = time.process_time() - started
        materials = rng.dirichlet(np.full(17, 0.3), _SOUNDS).astype(np.float32)
        scratch = rng.uniform(0, 0.3, _SOUNDS).astype(np.float32)
        unlike = rng.uniform(0.03, 0.15, (_SOUNDS, 2)).astype(np.float32)
        heard = Heard(materials, scratch, unlike, np.array(store.codes()), rows)
        table = SoundTable(_sounds(rng), heard, bundled_fit())
        hit = HitCues(rng.dirichlet(np.full(17, 0.2)), -18.0, False, picture=query)
        found = table.best(hit, _K)[0]
        exact = best(table.scores(hit), _K)
        alone = _best_ms(lambda: store.top_k(query, _K))
        plain = _best_ms(lambda: np.argpartition(-(vectors @ query), _K)[:_K])
        searched = _best_ms(lambda: table.best(hit, _K))
        in_full = _best_ms(lambda: best(table.scores(hit), _K), 5)
    print(f"{f'top {_K} of {_SOUNDS:,}':28}{'ms':>8}{'reference':>12}{'x faster':>10}{'goal':>7}")
    for name, ms, reference_ms in (
        ("vectors alone", alone, plain),
        ("sounds by all their parts", searched, in_full),
    ):
        print(f"{name:28}{ms:8.2f}{reference_ms:12.2f}{reference_ms / ms:10.1f}{_GOAL_MS:7.0f}")
    print(f"the same {_K} as in full: {'yes' if list(found) == list(exact) else 'NO'}")
    print(f"keeping {_SOUNDS:,} vectors {adding_s:.1f} s, finding them by contents {finding_s:.1f} s")


if __name__ == "__main__":
    main()
