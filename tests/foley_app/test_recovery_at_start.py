"""Unsaved work survives: what the journal keeps is offered at the next start."""

from __future__ import annotations

from pathlib import Path

import pytest
from pytestqt.qtbot import QtBot

from engine.project import edits
from engine.project.document import Project
from engine.project.recovery import recover
from foley_app.autosave import Autosave
from foley_app.dialogs.recovery import RecoveryDialog
from foley_app.session import Session
from foley_app.startup import offer_recovery
from tests.foley_app.conftest import Desk


@pytest.fixture
def journals(tmp_path: Path) -> Path:
    return tmp_path / "journals"


def leave_behind(project: Project, journals: Path) -> Project:
    """Work on a project and lose the program without saving; gives the project as it was last."""
    session = Session()
    autosave = Autosave(session, journals)
    session.open(project)
    worked = edits.set_mute(project, ["h1"], True)
    session.apply("Mute hit 1", worked)
    assert autosave.flush()
    assert autosave._journal is not None
    autosave._journal.close(keep=True)
    autosave._journal = None
    return worked


def test_an_edit_is_found_again_after_a_crash(qapp: object, project: Project, journals: Path) -> None:
    worked = leave_behind(project, journals)
    found = recover(journals)
    assert [one.project for one in found] == [worked]


def test_a_document_closed_in_good_order_leaves_nothing(
    qapp: object, project: Project, journals: Path
) -> None:
    session = Session()
    autosave = Autosave(session, journals)
    session.open(project)
    session.apply("Mute hit 1", edits.set_mute(project, ["h1"], True))
    autosave.close()
    assert recover(journals) == []


def test_a_saved_document_leaves_nothing(
    qapp: object, project: Project, journals: Path, tmp_path: Path
) -> None:
    session = Session()
    autosave = Autosave(session, journals)
    session.open(project)
    session.apply("Mute hit 1", edits.set_mute(project, ["h1"], True))
    session.mark_saved(tmp_path / "work.foley")
    assert autosave.flush()
    assert autosave._journal is not None
    autosave._journal.close(keep=True)
    assert recover(journals) == []


def test_the_window_offers_it_and_brings_it_back(
    qtbot: QtBot, desk: Desk, project: Project, journals: Path
) -> None:
    worked = leave_behind(project, journals)
    offer_recovery(desk.window)
    dialog = desk.window.findChild(RecoveryDialog)
    assert dialog is not None and dialog.isVisible()
    dialog._recover.click()
    assert desk.session.project == worked
    assert desk.session.is_dirty
    # It is in the journal of the open document now, so a second crash loses nothing either.
    desk.window.autosave._journal.close(keep=True)  # type: ignore[union-attr]
    desk.window.autosave._journal = None
    assert [one.project for one in recover(journals)] == [worked]


def test_deciding_later_asks_again(qtbot: QtBot, desk: Desk, project: Project, journals: Path) -> None:
    worked = leave_behind(project, journals)
    offer_recovery(desk.window)
    dialog = desk.window.findChild(RecoveryDialog)
    assert dialog is not None
    dialog.reject()
    assert desk.session.project is None
    assert [one.project for one in recover(journals)] == [worked]


def test_nothing_left_behind_asks_nothing(desk: Desk) -> None:
    offer_recovery(desk.window)
    assert desk.window.findChild(RecoveryDialog) is None
