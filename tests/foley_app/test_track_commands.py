"""Tracks from the header's menu: named, silenced, filled with hits."""

from __future__ import annotations

import pytest
from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

from engine.project.document import Project
from foley_app.session import Session
from foley_app.track_commands import TrackCommands


@pytest.fixture
def session(project: Project, qapp: object) -> Session:
    opened = Session()
    opened.open(project)
    return opened


@pytest.fixture
def tracks(qtbot: QtBot, session: Session) -> TrackCommands:
    parent = QWidget()
    qtbot.addWidget(parent)
    commands = TrackCommands(session, parent)
    commands.kept_parent = parent  # type: ignore[attr-defined]
    return commands


def names(session: Session) -> list[str]:
    assert session.project is not None
    return [track.name for track in session.project.tracks]


def test_each_edit_is_a_step_with_the_tracks_name(session: Session, tracks: TrackCommands) -> None:
    assert session.project is not None
    first = session.project.tracks[0].id
    tracks.set_mute(first, True)
    assert session.undo_stack.undoText() == "Mute the track Foley"
    tracks.set_solo(first, True)
    assert session.undo_stack.undoText() == "Solo the track Foley"
    tracks.rename(first, "Feet")
    assert session.undo_stack.undoText() == "Rename the track Foley"
    tracks.add("Props")
    assert names(session) == ["Feet", "Props"]
    tracks.remove(session.project.tracks[1].id)
    assert session.undo_stack.undoText() == "Remove the track Props"
    assert names(session) == ["Feet"]
    for _ in range(5):
        session.undo_stack.undo()
    assert names(session) == ["Foley"]
    assert not session.project.tracks[0].mute


def test_selected_hits_go_on_a_track(session: Session, tracks: TrackCommands) -> None:
    tracks.add("Props")
    assert session.project is not None
    props = session.project.tracks[1].id
    session.select(["h1", "h2"])
    tracks.put_selection_on(props)
    assert session.undo_stack.undoText() == "Put 2 hits on Props"
    assert {hit.id for hit in session.project.hits if hit.track == props} == {"h1", "h2"}


def test_the_menu_greys_out_what_makes_no_sense(session: Session, tracks: TrackCommands) -> None:
    assert session.project is not None
    first = session.project.tracks[0].id
    menu = tracks.menu(first)
    assert menu is not None
    enabled = {action.text(): action.isEnabled() for action in menu.actions() if action.text()}
    assert not enabled["Put the selected hits here"]
    assert not enabled["Remove this track"]
    assert enabled["Rename…"]


def test_other_lanes_have_no_menu(tracks: TrackCommands) -> None:
    assert tracks.menu("picture") is None
