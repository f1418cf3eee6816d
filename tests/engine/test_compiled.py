"""Compiled loops work whatever has become of the folder they are kept in."""

from __future__ import annotations

import errno
from pathlib import Path

import numba
import numpy as np
import pytest
from numba.core import caching

from engine import compiled as compiled_module
from engine.compiled import compiled


def doubled(values: np.ndarray) -> None:
    for index in range(values.shape[0]):
        values[index] *= 2.0


@pytest.fixture
def folder(tmp_path: Path, monkeypatch) -> Path:
    """Where loops are kept during the test."""
    kept = tmp_path / "numba"
    kept.mkdir()
    monkeypatch.setattr(compiled_module, "_OWN_FOLDER", kept)
    monkeypatch.setattr(compiled_module, "_KEEPS_LOOPS", True)
    monkeypatch.setattr(numba.config, "CACHE_DIR", str(kept))
    return kept


def assert_it_works() -> None:
    values = np.arange(4.0)
    compiled("void(float64[::1])")(doubled)(values)
    assert values.tolist() == [0.0, 2.0, 4.0, 6.0]


@pytest.mark.parametrize("kind", ["*.nbi", "*.nbc"])
@pytest.mark.parametrize("contents", [b"", b"\x80\x05\x95", b"no pickle"], ids=["empty", "torn", "other"])
def test_a_damaged_file_is_thrown_away(kind: str, contents: bytes, folder: Path):
    assert_it_works()
    kept = list(folder.rglob(kind))
    assert kept
    for path in kept:
        path.write_bytes(contents)
    assert_it_works()
    # The next start begins with nothing, and keeps its loops again.
    assert not list(folder.rglob(kind))
    assert_it_works()
    assert list(folder.rglob(kind))


def test_a_full_disk_costs_the_keeping_only(folder: Path, monkeypatch):
    def full(*_: object) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(caching.IndexDataCacheFile, "save", full)
    assert_it_works()


def test_a_loop_that_cannot_be_compiled_still_fails(folder: Path):
    def hopeless(values: np.ndarray) -> None:
        values.nothing_like_this()

    with pytest.raises(numba.TypingError):
        compiled("void(float64[::1])")(hopeless)
