"""What programs left behind: torn, damaged, of other versions, of running programs."""

from __future__ import annotations

import subprocess
import sys
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from example_journals import Start, crash, moved, only, start
from example_projects import row_of_hits

from engine.project import journal_file
from engine.project.journal_file import JournalFileError, read_journal
from engine.project.recovery import begin_opening, discard, recover
from engine.project.upgrades import PROJECT_UPGRADES, UpgradeChain

__all__ = ["start"]  # a fixture

HERE = Path(__file__).resolve().parent


def written(start: Start, count: int = 5) -> Path:
    """A journal with `count` steps of one edit each, left behind by a crash."""
    journal = start(row_of_hits(3))
    for project in moved(row_of_hits(3), count):
        journal.record(project)
        assert journal.flush()
    crash(journal)
    return journal.path


def test_a_torn_tail_does_not_count(start: Start, tmp_path: Path) -> None:
    """Cut anywhere in the last line, the edits before it are there."""
    path = written(start)
    whole = path.read_bytes()
    last_line = whole.rindex(b"\n", 0, -1) + 1
    versions = list(moved(row_of_hits(3), 5))
    for length in range(last_line, len(whole)):
        path.write_bytes(whole[:length])
        found = only(tmp_path / "journals")
        assert (found.project, found.edits, found.problem) == (versions[3], 4, "")


def test_a_flipped_byte_never_gives_a_wrong_project(start: Start, tmp_path: Path) -> None:
    path = written(start)
    whole = path.read_bytes()
    versions = [row_of_hits(3), *moved(row_of_hits(3), 5)]
    beginning = whole.index(b"\n", whole.index(b"\n") + 1) + 1
    for position in range(0, len(whole), 7):
        damaged = bytearray(whole)
        damaged[position] ^= 1 << (position % 8)
        path.write_bytes(damaged)
        found = only(tmp_path / "journals")
        if position < beginning:
            assert found.project is None
            assert "can't be restored" in found.description
        else:
            intact = whole[:position].count(b"\n") - 2
            assert found.project == versions[intact]
            assert found.edits == intact
            assert "damaged" in found.problem or position > whole.rindex(b"\n", 0, -1)


def test_what_cannot_be_read_is_set_aside_and_not_offered_again(start: Start, tmp_path: Path) -> None:
    path = written(start)
    path.write_bytes(b"")
    found = only(tmp_path / "journals")
    assert (found.project, found.name) == (None, "Untitled (never saved)")
    discard(found)
    assert recover(tmp_path / "journals") == []
    assert [left.suffix for left in (tmp_path / "journals").iterdir()] == [".damaged"]


def test_an_opening_that_ended_badly_is_known(start: Start, tmp_path: Path) -> None:
    written(start)
    found = only(tmp_path / "journals")
    assert found.openings == 0
    for count in (1, 2):
        begin_opening(found)
        found = only(tmp_path / "journals")
        assert found.openings == count
        assert "ended again" in found.description
    discard(found)
    assert list((tmp_path / "journals").iterdir()) == []


def test_changes_that_do_not_fit_cost_only_themselves(start: Start, tmp_path: Path) -> None:
    """A journal with good checksums whose last changes make no valid project."""
    path = written(start, 2)
    for changes in ({"set": {"threshold": 7.0}}, {"hits": {"gone": ["nobody"]}}, {"hits": []}):
        step = journal_file.Step(changes, 1, journal_file.LastEdit("Break it", 1.0))  # pyright: ignore
        journal_file.append_step(path, step, path.stat().st_size)
    found = only(tmp_path / "journals")
    assert found.project == list(moved(row_of_hits(3), 2))[-1]
    assert (found.edits, found.lost_edits) == (2, 3)
    assert "Not everything is there" in found.description


def test_an_older_programs_journal_is_replayed_and_then_upgraded(
    start: Start, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    written(start)

    def upgrade(body: dict[str, Any]) -> dict[str, Any]:
        return {**body, "analysis_model": f"{body['hits'][0]['position']} upgraded"}

    monkeypatch.setattr(
        "engine.project.document_json.PROJECT_UPGRADES", UpgradeChain((*PROJECT_UPGRADES.steps, upgrade))
    )
    found = only(tmp_path / "journals")
    assert found.project is not None
    assert found.project.analysis_model == "50 upgraded"


def test_a_newer_programs_journal_is_refused_and_kept(
    start: Start, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as later:
        later.setattr(journal_file, "VERSION", 2)
        path = written(start)
    with pytest.raises(JournalFileError, match="newer"):
        read_journal(path)
    assert "newer version of Foley" in only(tmp_path / "journals").description


def test_a_vanished_save_is_not_offered(start: Start, tmp_path: Path) -> None:
    journal = start(row_of_hits(2), tmp_path / "gone.foley")
    journal.record(next(moved(row_of_hits(2), 1)))
    crash(journal)
    found = only(tmp_path / "journals")
    assert found.project_path == tmp_path / "gone.foley"
    assert found.last_save is None


def test_the_latest_comes_first(start: Start, tmp_path: Path) -> None:
    for name in ("first", "second", "third"):
        project = replace(row_of_hits(2), id=name)
        journal = start(project)
        journal.record(next(moved(project, 1)), name)
        crash(journal)
    assert [one.last.text for one in recover(tmp_path / "journals")] == ["third", "second", "first"]


def test_ids_cannot_lead_out_of_the_folder(start: Start, tmp_path: Path) -> None:
    journal = start(replace(row_of_hits(1), id="../../etc/päss"))
    assert journal.flush()
    assert journal.path.parent == tmp_path / "journals"
    assert [path.suffix for path in sorted((tmp_path / "journals").iterdir())] == [".journal", ".lock"]


def test_a_running_programs_journal_is_left_alone(tmp_path: Path) -> None:
    """Another process keeps a journal; it can be restored only after that process was killed."""
    program = (
        "import sys; sys.path.insert(0, sys.argv[2]); from pathlib import Path\n"
        "from engine.project.journal import Journal; from example_projects import row_of_hits\n"
        "from engine.project import edits\n"
        "journal = Journal(Path(sys.argv[1]), 'x'); journal.begin(row_of_hits(2))\n"
        "journal.record(edits.set_threshold(row_of_hits(2), 0.25)); print(journal.flush(), flush=True)\n"
        "sys.stdin.read()\n"
    )
    running = subprocess.Popen(
        [sys.executable, "-c", program, str(tmp_path / "journals"), str(HERE)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    with running:
        assert running.stdout is not None
        assert running.stdout.readline() == "True\n"
        assert recover(tmp_path / "journals") == []
        assert len(list((tmp_path / "journals").glob("*.journal"))) == 1
        running.kill()
    found = only(tmp_path / "journals")
    assert found.project is not None
    assert found.project.threshold == 0.25


def test_a_programs_own_journal_is_left_alone_too(start: Start, tmp_path: Path) -> None:
    journal = start(row_of_hits(2))
    journal.record(next(moved(row_of_hits(2), 1)))
    assert journal.flush()
    assert recover(tmp_path / "journals") == []
    assert journal.path.exists()


def test_a_missing_folder_holds_nothing(tmp_path: Path) -> None:
    assert recover(tmp_path / "nowhere") == []
