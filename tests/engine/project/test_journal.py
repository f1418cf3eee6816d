"""The journal: every edit reaches the disk, and a disk that refuses costs nothing but time."""

from __future__ import annotations

import errno
import json
import os
import subprocess
import sys
import threading
from dataclasses import replace
from itertools import pairwise
from pathlib import Path

import pytest
from example_journals import Start, crash, moved, only, start
from example_projects import full_project, row_of_hits

from engine.project import edits, journal_file
from engine.project.journal_file import read_journal
from engine.project.recovery import discard, recover
from engine.project.storage import save_project

__all__ = ["start"]  # a fixture

HERE = Path(__file__).resolve().parent


def test_every_edit_comes_back(start: Start, tmp_path: Path) -> None:
    project = full_project()
    path = tmp_path / "scene.foley"
    save_project(project, path)
    journal = start(project, path)
    for text, edit in {
        "Remove a hit": lambda p: edits.remove_hits(p, ["a"]),
        "Add a hit": lambda p: edits.add_hit(p, 7, hit_id="n"),
        "Draw the level": lambda p: edits.set_automation(p, []),
        "Rename Feet": lambda p: edits.rename_track(p, "feet", "Füße"),
        "Set the threshold": lambda p: edits.set_threshold(p, 0.9),
        "Analyse": lambda p: edits.merge_analysis(p, [], row_of_hits(1).loudness, "m")[0],
        "Nothing": lambda p: p,
    }.items():
        project = edit(project)
        journal.record(project, text)
        assert journal.flush()
    crash(journal)
    found = only(tmp_path / "journals")
    assert found.project == project
    assert (found.edits, found.lost_edits, found.last.text, found.problem) == (7, 0, "Nothing", "")
    assert found.last_save == found.project_path == path
    assert found.name == "scene.foley"
    assert found.description.startswith("7 edits since the last save, the last one on 2")


def test_edits_reach_the_disk_without_being_asked(start: Start, tmp_path: Path) -> None:
    """Nobody flushes here: the thread has to write by itself."""
    journal = start(row_of_hits(2), wait_s=0.05)
    *_, last = moved(row_of_hits(2), 3)
    journal.record(last)
    for _ in range(1_000):
        if journal.path.exists() and read_journal(journal.path).steps:
            break
        threading.Event().wait(0.01)
    crash(journal)
    assert only(tmp_path / "journals").project == last


def test_recording_does_not_wait_for_the_disk(start: Start, monkeypatch: pytest.MonkeyPatch) -> None:
    journal = start(row_of_hits(2))
    assert journal.flush()
    disk_may_answer = threading.Event()
    real = journal_file.flush_file

    def slow(descriptor: int) -> None:
        assert disk_may_answer.wait(60)
        real(descriptor)

    monkeypatch.setattr(journal_file, "flush_file", slow)
    for project in moved(row_of_hits(2), 500):
        journal.record(project)  # would hang here if it waited
    assert not journal.flush(timeout_s=0.01)
    disk_may_answer.set()
    assert journal.flush()


def test_a_drag_is_one_edit_and_few_lines(start: Start, tmp_path: Path) -> None:
    journal = start(row_of_hits(2), wait_s=30.0)
    versions = list(moved(row_of_hits(2), 502))
    for project in versions[:500]:
        journal.record(project, "Move a hit", gesture="drag 1")
    for project in versions[500:]:
        journal.record(project, "Move a hit")
    last = edits.set_threshold(versions[-1], 0.1)
    journal.record(last, "Threshold", gesture="knob")
    crash(journal)
    found = only(tmp_path / "journals")
    assert found.edits == 4
    assert found.project == last
    assert len(read_journal(journal.path).steps) == 1


def test_only_what_changed_is_written(start: Start) -> None:
    project = row_of_hits(500)
    journal = start(project)
    assert journal.flush()
    beginning = journal.path.stat().st_size
    journal.record(edits.move_hits(project, ["h250"], 5))
    assert journal.flush()
    assert journal.path.stat().st_size - beginning < 1_000 < beginning


def test_a_save_starts_anew(start: Start, tmp_path: Path) -> None:
    journal = start(row_of_hits(2))
    *_, last = moved(row_of_hits(2), 3)
    journal.record(last)
    journal.mark_saved(last, tmp_path / "a.foley")
    assert journal.flush()
    assert read_journal(journal.path).steps == ()
    crash(journal)
    assert recover(tmp_path / "journals") == []
    assert list((tmp_path / "journals").iterdir()) == []


def test_an_edit_during_a_save_is_not_taken_for_saved(start: Start, tmp_path: Path) -> None:
    journal = start(row_of_hits(2))
    saved, newer = moved(row_of_hits(2), 2)
    journal.record(saved)
    journal.record(newer, "Move again")
    journal.mark_saved(saved, tmp_path / "a.foley")
    crash(journal)
    found = only(tmp_path / "journals")
    assert found.project == newer
    assert (found.edits, found.last.text) == (1, "Move again")


def test_undone_to_the_saved_state_there_is_nothing_to_restore(start: Start, tmp_path: Path) -> None:
    project = row_of_hits(2)
    journal = start(project, tmp_path / "a.foley")
    for step in (*moved(project, 1), project):
        journal.record(step)
        assert journal.flush()
    crash(journal)
    assert recover(tmp_path / "journals") == []


def test_a_long_journal_is_written_anew(
    start: Start, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("engine.project.journal._LONGEST_TAIL_BYTES", 4_000)
    journal = start(row_of_hits(2), tmp_path / "a.foley")
    sizes = []
    for project in moved(row_of_hits(2), 60):
        journal.record(project, "Move")
        assert journal.flush()
        sizes.append(journal.path.stat().st_size)
    crash(journal)
    assert max(sizes) < 7_000
    assert sum(after < before for before, after in pairwise(sizes)) >= 2
    found = only(tmp_path / "journals")
    assert (found.project, found.edits, found.last.text) == (project, 60, "Move")


def test_what_was_restored_survives_a_second_crash(start: Start, tmp_path: Path) -> None:
    *_, last = moved(row_of_hits(2), 3)
    journal = start(row_of_hits(2), tmp_path / "a.foley")
    journal.record(last)
    crash(journal)
    first = only(tmp_path / "journals")
    again = start(first.project, first.project_path, unsaved_edits=first.edits)
    assert again.flush()
    discard(first)
    crash(again)
    second = only(tmp_path / "journals")
    assert (second.project, second.edits) == (last, 1)
    assert second.journal_path != first.journal_path


def test_closing_leaves_nothing(start: Start, tmp_path: Path) -> None:
    journal = start(row_of_hits(2))
    journal.record(next(moved(row_of_hits(2), 1)))
    journal.close()
    assert list((tmp_path / "journals").iterdir()) == []


class FullDisk:
    """Refuses to flush while `is_full`."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.is_full = False
        self._real = os.fsync
        monkeypatch.setattr(os, "fsync", self)

    def __call__(self, descriptor: int) -> None:
        if self.is_full:
            raise OSError(errno.ENOSPC, "No space left on device")
        self._real(descriptor)


@pytest.mark.parametrize("begins_full", [False, True])
def test_a_full_disk_is_told_once_and_nothing_is_lost_when_there_is_room_again(
    start: Start, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, begins_full: bool
) -> None:
    disk = FullDisk(monkeypatch)
    disk.is_full = begins_full
    told: list[str] = []
    journal = start(row_of_hits(2), on_failure=told.append)
    assert journal.flush() is not begins_full
    disk.is_full = True
    for project in moved(row_of_hits(2), 3):
        journal.record(project)
        assert not journal.flush()
    assert "the disk is full" in journal.failure
    assert len(told) == 1
    disk.is_full = False
    project = next(moved(project, 1))
    journal.record(project)
    assert journal.flush()
    assert journal.failure == ""
    crash(journal)
    found = only(tmp_path / "journals")
    assert (found.project, found.edits, found.problem) == (project, 4, "")


def test_a_folder_removed_meanwhile_is_made_again(start: Start, tmp_path: Path) -> None:
    journal = start(row_of_hits(2))
    assert journal.flush()
    journal.path.unlink()
    *_, last = moved(row_of_hits(2), 2)
    journal.record(last)
    assert journal.flush()
    crash(journal)
    assert only(tmp_path / "journals").project == last


def test_a_document_that_breaks_its_rules_is_told(start: Start) -> None:
    told: list[str] = []
    journal = start(row_of_hits(2), on_failure=told.append)
    journal.record(replace(row_of_hits(2), threshold=7.0))
    assert not journal.flush()
    assert len(told) == 1
    assert "threshold" in told[0]
    journal.record(row_of_hits(2))
    assert journal.flush()


@pytest.mark.skipif(not hasattr(os, "fork"), reason="kills forked processes")
def test_no_acknowledged_edit_is_lost_in_200_kills(tmp_path: Path) -> None:
    finished = subprocess.run(
        [sys.executable, str(HERE / "killed_writers.py"), "edits", str(tmp_path), "200", "2"],
        capture_output=True,
        text=True,
        timeout=120,
        check=True,
    )
    report = json.loads(finished.stdout)
    assert report["kills"] == 200
    assert report["acknowledged"] > 100
    assert report["restored"] > 50
    assert report["lost"] == []
    assert report["litter"] == []
