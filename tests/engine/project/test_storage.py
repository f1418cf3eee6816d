"""The `.foley` file: damage of every byte, refusals, full disks, links, and kills at random moments."""

from __future__ import annotations

import contextlib
import errno
import itertools
import json
import os
import random
import stat
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from example_projects import full_project, large_project, row_of_hits

from engine.errors import ProjectFileError
from engine.project import durable, storage
from engine.project.document import MediaReference, Project
from engine.project.storage import (
    DamagedProjectError,
    NewerProjectError,
    file_contents,
    load_project,
    previous_path,
    save_project,
    write_atomically,
)
from engine.project.upgrades import PROJECT_UPGRADES, UpgradeChain

HERE = Path(__file__).resolve().parent


@pytest.fixture
def saved(tmp_path: Path) -> Path:
    """A project saved twice: the second version is the example, the first is kept."""
    path = tmp_path / "scene.foley"
    save_project(row_of_hits(3), path)
    save_project(full_project(), path)
    return path


def names(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


def test_what_was_saved_comes_back_and_so_does_the_version_before(saved: Path) -> None:
    assert load_project(saved) == full_project()
    assert load_project(previous_path(saved)) == row_of_hits(3)
    assert names(saved.parent) == ["scene.foley", "scene.foley~"]


@pytest.mark.parametrize("project", [Project("empty"), large_project(200, 500)])
def test_round_trip(project: Project, tmp_path: Path) -> None:
    save_project(project, tmp_path / "a.foley")
    assert load_project(tmp_path / "a.foley") == project


def test_the_file_is_readable_json(saved: Path) -> None:
    text = saved.read_text(encoding="utf-8")
    document = json.loads(text)
    assert (document["schema"], document["version"]) == ("foley.project", PROJECT_UPGRADES.current_version)
    assert document["project"]["hits"][0]["material"] == "paper"
    assert len([line for line in text.splitlines() if line.startswith('{"id": "')]) == 2 + 3 + 1
    assert "straße" in text


def test_file_names_that_are_not_unicode_survive(tmp_path: Path) -> None:
    video = full_project().video
    assert video is not None
    strange = os.fsdecode(b"caf\xe9.mp4") + "\ud83e"
    project = replace(full_project(), video=replace(video, media=MediaReference(strange)))
    save_project(project, tmp_path / "a.foley")
    assert load_project(tmp_path / "a.foley") == project


def test_any_flipped_byte_is_refused_and_the_kept_version_named(saved: Path) -> None:
    whole = saved.read_bytes()
    ends = (*range(90), *range(len(whole) - 90, len(whole)))
    for position in (*ends, *random.Random(4).sample(range(len(whole)), 320)):
        damaged = bytearray(whole)
        damaged[position] ^= 1 << (position % 8)
        saved.write_bytes(damaged)
        with pytest.raises(DamagedProjectError, match=r"scene\.foley~") as caught:
            load_project(saved)
        assert caught.value.previous == previous_path(saved)


@pytest.mark.parametrize("keep", [0, 1, 40, 300, -1, -80])
def test_a_cut_file_is_refused(saved: Path, keep: int) -> None:
    saved.write_bytes(saved.read_bytes()[:keep])
    with pytest.raises(DamagedProjectError, match=r"“scene.foley” can't be opened: .*kept as “scene.foley~”"):
        load_project(saved)


def test_a_kept_version_that_is_damaged_too_is_not_offered(saved: Path) -> None:
    saved.write_bytes(saved.read_bytes() + b" ")
    previous_path(saved).write_bytes(b"{}")
    with pytest.raises(DamagedProjectError) as caught:
        load_project(saved)
    assert caught.value.previous is None
    assert "~" not in str(caught.value)


def test_saving_over_a_damaged_file_leaves_the_good_kept_version(saved: Path) -> None:
    saved.write_bytes(saved.read_bytes()[:-1])
    save_project(full_project(), saved)
    assert load_project(saved) == full_project()
    assert load_project(previous_path(saved)) == row_of_hits(3)


def newer_file(monkeypatch: pytest.MonkeyPatch) -> bytes:
    """A whole file as a later version of the program would write it."""
    later = UpgradeChain((lambda body: body, lambda body: body))
    with monkeypatch.context() as patched:
        patched.setattr("engine.project.document_json.PROJECT_UPGRADES", later)
        return file_contents(full_project())


def test_a_newer_version_is_refused_clearly(saved: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    saved.write_bytes(newer_file(monkeypatch))
    with pytest.raises(NewerProjectError, match=r"newer version of Foley \(file version 3.*Update Foley"):
        load_project(saved)


def test_a_newer_version_changed_by_hand_says_both(saved: Path) -> None:
    current = f'"version": {PROJECT_UPGRADES.current_version}'.encode()
    saved.write_bytes(saved.read_bytes().replace(current, b'"version": 9'))
    with pytest.raises(DamagedProjectError, match=r"newer version of Foley.*checksum"):
        load_project(saved)


def test_an_older_version_is_upgraded(saved: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def renamed(body: dict[str, Any]) -> dict[str, Any]:
        return {**body, "analysis_model": body["analysis_model"] + " (upgraded)"}

    longer = UpgradeChain((*PROJECT_UPGRADES.steps, renamed))
    monkeypatch.setattr("engine.project.document_json.PROJECT_UPGRADES", longer)
    assert load_project(saved).analysis_model == "motion-baseline 1 (upgraded)"


@pytest.mark.parametrize(
    ("name", "contents", "says"),
    [
        ("film.mp4", b"\x00\x00\x00\x20ftypisom" + b"\x00" * 900, "“film.mp4” is not a Foley project"),
        ("notes.txt", b"", "“notes.txt” is not a Foley project"),
        ("notes.foley", b"hello", "“notes.foley” can't be opened: it is damaged"),
        ("deep.foley", b"[" * 200_000, "“deep.foley” can't be opened: it is damaged"),
    ],
)
def test_what_is_no_project_is_refused(tmp_path: Path, name: str, contents: bytes, says: str) -> None:
    (tmp_path / name).write_bytes(contents)
    with pytest.raises(ProjectFileError, match=says):
        load_project(tmp_path / name)


def test_a_checksum_does_not_excuse_wrong_contents(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "a.foley"
    monkeypatch.setattr(storage, "document_text", lambda _: '{"schema": "foley.project", "version": 1')
    path.write_bytes(file_contents(full_project()))
    with pytest.raises(DamagedProjectError, match="no project"):
        load_project(path)
    monkeypatch.setattr(storage, "document_text", lambda _: '["foley.project"')
    path.write_bytes(file_contents(full_project()))
    with pytest.raises(ProjectFileError):
        load_project(path)


def test_missing_files_and_folders_are_named(tmp_path: Path) -> None:
    with pytest.raises(ProjectFileError, match=r"“gone.foley” can't be opened: there is no such file"):
        load_project(tmp_path / "gone.foley")
    with pytest.raises(ProjectFileError, match="it is a folder"):
        load_project(tmp_path)
    with pytest.raises(ProjectFileError, match="was not saved: there is no such"):
        save_project(full_project(), tmp_path / "gone" / "a.foley")


def test_a_document_that_breaks_its_rules_is_not_saved(saved: Path) -> None:
    with pytest.raises(ProjectFileError, match="length must be a whole number"):
        save_project(replace(full_project(), length=-1), saved)
    assert load_project(saved) == full_project()


def _refuse(*_: Any) -> None:
    raise OSError(errno.ENOSPC, "No space left on device")


STEPS: dict[str, tuple[Any, str]] = {
    "flush": (durable, "flush_file"),
    "write beside": (storage, "write_beside"),
    "keep previous": (storage, "_keep_previous"),
    "rename": (Path, "replace"),
}


@pytest.mark.parametrize("step", STEPS.values(), ids=STEPS.keys())
def test_a_full_disk_leaves_everything_as_it_was(
    saved: Path, monkeypatch: pytest.MonkeyPatch, step: tuple[Any, str]
) -> None:
    monkeypatch.setattr(*step, _refuse)
    with pytest.raises(ProjectFileError, match=r"“scene.foley” was not saved: the disk is full"):
        save_project(row_of_hits(9), saved)
    monkeypatch.undo()
    assert load_project(saved) == full_project()
    assert names(saved.parent) == ["scene.foley", "scene.foley~"]


class PowerCut(BaseException):
    """Ends the program where it stands; nothing that tidies up runs after it."""


def test_a_power_cut_between_any_two_steps_leaves_a_whole_file(
    saved: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Cut before the first call to the disk, before the second, ... until saving gets through."""
    before = load_project(saved)
    found: list[Project] = []
    for cut in range(30):
        calls = itertools.count()

        def cut_before(real: Callable[..., Any], calls: Iterator[int] = calls, cut: int = cut) -> Any:
            def step(*arguments: Any, **named: Any) -> Any:
                if next(calls) >= cut:
                    raise PowerCut
                return real(*arguments, **named)

            return step

        with monkeypatch.context() as patched:
            for place, name in ((os, "fsync"), (os, "link"), (Path, "replace"), (Path, "unlink")):
                patched.setattr(place, name, cut_before(getattr(place, name)))
            with contextlib.suppress(PowerCut):
                save_project(row_of_hits(10), saved)
                break
        found.append(load_project(saved))
        load_project(previous_path(saved))
    assert len(found) >= 5
    assert found == sorted(found, key=lambda project: project != before)  # old ones, then new ones
    assert found[0] == before
    assert found[-1] == load_project(saved) == row_of_hits(10)


def test_without_hard_links_the_previous_version_is_copied(
    saved: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def no_links(*_: Any) -> None:
        raise OSError(errno.EPERM, "Operation not permitted")

    monkeypatch.setattr(os, "link", no_links)
    save_project(row_of_hits(9), saved)
    assert load_project(previous_path(saved)) == full_project()
    assert names(saved.parent) == ["scene.foley", "scene.foley~"]


def test_a_save_cut_off_after_keeping_the_previous_version_is_made_up_for(saved: Path) -> None:
    """Then both names are one file, and renaming one onto the other would do nothing."""
    previous_path(saved).unlink()
    os.link(saved, previous_path(saved))
    save_project(row_of_hits(9), saved)
    assert load_project(saved) == row_of_hits(9)
    assert load_project(previous_path(saved)) == full_project()
    assert names(saved.parent) == ["scene.foley", "scene.foley~"]


@pytest.mark.skipif(os.name == "nt", reason="links and modes are POSIX's")
def test_links_and_modes_stay(saved: Path, tmp_path: Path) -> None:
    link = tmp_path / "elsewhere" / "link.foley"
    link.parent.mkdir()
    link.symlink_to(saved)
    saved.chmod(0o640)
    save_project(row_of_hits(5), link)
    assert link.is_symlink()
    assert load_project(saved) == row_of_hits(5)
    assert stat.S_IMODE(saved.stat().st_mode) == 0o640
    assert names(link.parent) == ["link.foley"]


def test_any_file_can_be_written_in_one_go(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "a.json"
    write_atomically(path, b"one")
    write_atomically(path, b"two")
    assert path.read_bytes() == b"two"
    monkeypatch.setattr(os, "fsync", _refuse)
    with pytest.raises(ProjectFileError, match=r"“a\.json” was not saved: the disk is full"):
        write_atomically(path, b"three")
    assert path.read_bytes() == b"two"
    assert names(tmp_path) == ["a.json"]


def test_leftovers_of_killed_programs_are_removed_when_old(saved: Path) -> None:
    old, young = saved.with_name(".scene.foley.aa.saving"), saved.with_name(".scene.foley.bb.saving")
    for leftover in (old, young):
        leftover.write_bytes(b"half")
    os.utime(old, (1.0, 1.0))
    save_project(full_project(), saved)
    assert not old.exists()
    assert young.exists()


@pytest.mark.skipif(not hasattr(os, "fork"), reason="kills forked processes")
def test_no_acknowledged_save_is_lost_in_200_kills(tmp_path: Path) -> None:
    finished = subprocess.run(
        [sys.executable, str(HERE / "killed_writers.py"), "saves", str(tmp_path), "200", "2"],
        capture_output=True,
        text=True,
        timeout=120,
        check=True,
    )
    report = json.loads(finished.stdout)
    assert report["kills"] == 200
    assert report["acknowledged"] > 100
    assert report["lost"] == []
