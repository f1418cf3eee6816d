"""Vectors are found by contents, like ones first, and no damage costs more than making them again."""

from __future__ import annotations

import sqlite3
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.library.byte_vectors import best, bytes_of, cosines
from engine.library.vector_store import VectorStore, kept_count

RNG = np.random.default_rng(5)
VECTORS = RNG.standard_normal((300, 128)).astype(np.float32)
HASHES = [f"sha256:{number:064x}" for number in range(300)]


def opened(folder: Path, version: str = "1", length: int = 128, said: int = 2) -> VectorStore:
    return VectorStore(version, length, said, folder)


def said_of(count: int) -> np.ndarray:
    return np.arange(count * 2, dtype=np.float32).reshape(count, 2)


def test_cosines_from_bytes_are_those_of_the_vectors():
    query = RNG.standard_normal(128)
    exact = VECTORS @ query / np.linalg.norm(VECTORS, axis=1) / np.linalg.norm(query)
    rows = np.arange(300)[::-1].copy()
    assert cosines(bytes_of(VECTORS), rows, 100 * query) == pytest.approx(exact[::-1], abs=0.004)
    assert cosines(bytes_of(VECTORS), np.array([-1, 300, 5]), query)[:2].tolist() == [0.0, 0.0]
    assert cosines(bytes_of(np.zeros((2, 128))), np.arange(2), query).tolist() == [0.0, 0.0]
    assert cosines(bytes_of(VECTORS), rows, np.zeros(128)).tolist() == [0.0] * 300


@given(st.lists(st.integers(-5, 5), max_size=40), st.integers(0, 50))
def test_the_best_are_those_that_sorting_puts_first(numbers, k):
    scores = np.array(numbers, np.float64)
    assert best(scores, k).tolist() == np.argsort(-scores, kind="stable")[:k].tolist()


def test_what_was_kept_is_found_again_by_contents(tmp_path):
    with opened(tmp_path) as store:
        store.add(HASHES[:200], VECTORS[:200], said_of(200))
        store.add([], np.zeros((0, 128)))
    with opened(tmp_path) as store:
        store.add(HASHES[200:], VECTORS[200:], said_of(100))
        assert len(store) == 300
        kept = store.kept(["sha256:unheard", HASHES[250], HASHES[3], HASHES[3]])
        assert kept.rows[0] == -1 and np.isnan(kept.said[0]).all()
        assert kept.said[1].tolist() == [100.0, 101.0] and kept.said[2].tolist() == [6.0, 7.0]
        rows, like = store.top_k(VECTORS[250], 3)
        assert rows[0] == kept.rows[1] and like[0] == pytest.approx(1.0, abs=0.004)
        assert like.tolist() == sorted(like, reverse=True) and len(rows) == 3


def test_how_many_are_kept_is_told_without_opening_the_store(tmp_path):
    assert kept_count("1", 128, 2, tmp_path) == 0
    with opened(tmp_path) as store:
        store.add(HASHES[:200], VECTORS[:200], said_of(200))
        assert kept_count("1", 128, 2, tmp_path) == 200
    assert kept_count("2", 128, 2, tmp_path) == 0
    (tmp_path / "sounds.sqlite").write_bytes(b"not a database" * 300)
    assert kept_count("1", 128, 2, tmp_path) == 0


def test_a_sound_kept_again_has_its_new_vector(tmp_path):
    with opened(tmp_path) as store:
        store.add(HASHES[:2], VECTORS[:2], said_of(2))
        store.add(HASHES[:1], VECTORS[9:10], [[5, 5]])
        (row,) = store.kept(HASHES[:1]).rows
        assert cosines(store.codes(), np.array([row]), VECTORS[9])[0] > 0.99
        assert len(store) == 2


def test_two_that_write_at_once_keep_out_of_each_others_rows(tmp_path):
    with opened(tmp_path) as one, opened(tmp_path) as other:
        for number in range(0, 20, 2):
            one.add(HASHES[number : number + 1], VECTORS[number : number + 1], said_of(1))
            other.add(HASHES[number + 1 : number + 2], VECTORS[number + 1 : number + 2], said_of(1))
        rows = one.kept(HASHES[:20]).rows
        assert sorted(rows) == list(range(20))
        for number, row in enumerate(rows):
            assert cosines(other.codes(), np.array([row]), VECTORS[number])[0] > 0.99


def test_another_version_starts_afresh_and_leaves_nothing_behind(tmp_path):
    with opened(tmp_path) as store:
        store.add(HASHES, VECTORS, said_of(300))
    with opened(tmp_path, "2") as store:
        assert len(store) == 0
        assert len(list(tmp_path.glob("*.i8"))) == 1
        assert (store.kept(HASHES).rows == -1).all()


@pytest.mark.parametrize("what", ["database", "torn database", "no rows", "half the rows"])
def test_damage_costs_what_is_damaged(tmp_path, what):
    with opened(tmp_path) as store:
        store.add(HASHES, VECTORS, said_of(300))
    (rows_path,) = tmp_path.glob("*.i8")
    database = tmp_path / "sounds.sqlite"
    if what == "database":
        database.write_bytes(b"this is a shopping list" * 100)
    elif what == "torn database":
        contents = bytearray(database.read_bytes())
        contents[5000:9000] = bytes(4000)
        database.write_bytes(contents)
    elif what == "no rows":
        rows_path.unlink()
    else:
        rows_path.write_bytes(rows_path.read_bytes()[: 150 * 128 + 7])
    with opened(tmp_path) as store:
        assert not store.problem
        known = store.kept(HASHES).rows >= 0
        assert known.sum() == (150 if what == "half the rows" else 0)
        unknown = [content for content, is_known in zip(HASHES, known, strict=True) if not is_known]
        store.add(unknown, VECTORS[~known], said_of(len(unknown)))
        rows = store.kept(HASHES).rows
        for number, row in enumerate(rows):
            assert cosines(store.codes(), np.array([row]), VECTORS[number])[0] > 0.99


def test_a_folder_that_cannot_be_used_is_told_and_everything_goes_on_in_memory(tmp_path):
    (tmp_path / "file").write_text("a file where the folder should be")
    with opened(tmp_path / "file") as store:
        assert "must be listened to again" in store.problem and "Errno" not in store.problem
        store.add(HASHES, VECTORS, said_of(300))
        assert len(store) == 300
        assert store.top_k(VECTORS[7], 1)[0][0] == store.kept(HASHES[7:8]).rows[0]


def test_a_full_disk_loses_nothing_that_was_kept(tmp_path, monkeypatch):
    with opened(tmp_path) as store:
        store.add(HASHES[:100], VECTORS[:100], said_of(100))
        really_noted = VectorStore._note_rows

        def full(self, hashes, first, said):
            if not self.problem:
                raise sqlite3.OperationalError("database or disk is full")
            really_noted(self, hashes, first, said)

        monkeypatch.setattr(VectorStore, "_note_rows", full)
        store.add(HASHES[100:], VECTORS[100:], said_of(200))
        assert "disk is full" in store.problem
        rows = store.kept(HASHES).rows
        assert (rows >= 0).all()
        assert all(cosines(store.codes(), rows[n : n + 1], VECTORS[n])[0] > 0.99 for n in (0, 99, 100, 299))
    monkeypatch.undo()
    with opened(tmp_path) as store:
        assert len(store) == 100


def test_without_a_tower_only_what_is_said_is_kept(tmp_path):
    with opened(tmp_path, length=0) as store:
        store.add(HASHES[:2], np.zeros((2, 0)), said_of(2))
        assert store.kept(HASHES[1:2]).said.tolist() == [[2.0, 3.0]]
        assert store.codes().shape == (0, 0)


def test_numbers_that_are_none_are_refused(tmp_path):
    with opened(tmp_path) as store, pytest.raises(ValueError, match="finite"):
        store.add(HASHES[:1], np.full((1, 128), np.nan), said_of(1))
