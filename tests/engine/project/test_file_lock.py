"""The lock: one owner at a time, and never on a file that is no longer there."""

from __future__ import annotations

from pathlib import Path

import pytest

from engine.project import file_lock
from engine.project.file_lock import FileLock


def test_one_owner_at_a_time(tmp_path: Path) -> None:
    first, second = FileLock(tmp_path / "a.lock"), FileLock(tmp_path / "a.lock")
    assert first.try_acquire()
    assert first.try_acquire()
    assert not second.try_acquire()
    first.release()
    first.release()
    assert second.try_acquire()
    second.release()


def test_a_lock_on_a_file_removed_meanwhile_does_not_count(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Its last owner removes the file between our opening and locking it."""
    path = tmp_path / "a.lock"
    real = file_lock._lock
    removals = [1]

    def remove_first(descriptor: int) -> bool:
        if removals:
            removals.pop()
            path.unlink()
        return real(descriptor)

    monkeypatch.setattr(file_lock, "_lock", remove_first)
    first = FileLock(path)
    assert first.try_acquire()
    assert not FileLock(path).try_acquire()
    first.release()
