"""What can be done with generated takes, each one undo step."""

from __future__ import annotations

import json

import pytest
from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

from engine.project import edits
from engine.project.document import GeneratedTrack, Project, Recipe, Take
from foley_app.generate.take_commands import TakeCommands
from foley_app.generate.take_texts import recipe_rows, take_tip
from foley_app.session import Session

BASE = {
    "model": "soundtrack",
    "seed": 1,
    "parameters": {"variant": "hits", "hits_count": 6, "temperature": 0.9, "materials": "wood"},
    "checkpoint_hash": "sha256:abcdef0123",
    "engine_version": "1",
}
PART = Recipe("soundtrack", 2, (("start", 48_000), ("end", 96_000), ("base", json.dumps(BASE))))


def take(name: str, recipe: Recipe | None = None) -> GeneratedTrack:
    return GeneratedTrack(name, f"Take {name}", Take(name, name, "generated", recipe=recipe), 0, 480_000)


@pytest.fixture
def session(project: Project, qapp: object) -> Session:
    opened = Session()
    for one in (take("1", PART), take("2"), take("3")):
        project = edits.add_generated_track(project, one)
    opened.open(edits.choose_generated(project, "1"))
    return opened


@pytest.fixture
def takes(qtbot: QtBot, session: Session) -> TakeCommands:
    parent = QWidget()
    qtbot.addWidget(parent)
    commands = TakeCommands(session, parent)
    commands.kept_parent = parent  # type: ignore[attr-defined]
    return commands


def generated(session: Session) -> tuple[GeneratedTrack, ...]:
    assert session.project is not None
    return session.project.generated


def heard(session: Session) -> tuple[float, list[str]]:
    assert session.project is not None
    return session.project.blend, [one.id for one in generated(session) if not one.mute]


def test_each_edit_is_a_step_with_the_takes_name(session: Session, takes: TakeCommands) -> None:
    for do, text in (
        (lambda: takes.set_mute("2", False), "Unmute Take 2"),
        (lambda: takes.set_solo("2", True), "Solo Take 2"),
        (lambda: takes.rename("2", "Better"), "Rename Take 2"),
        (lambda: takes.remove("2"), "Remove Better"),
    ):
        do()
        assert session.undo_stack.undoText() == text
    assert [one.id for one in generated(session)] == ["1", "3"]
    for _ in range(4):
        session.undo_stack.undo()
    assert [one.name for one in generated(session)] == ["Take 1", "Take 2", "Take 3"]


def test_a_b_goes_back_and_forth_in_one_step(session: Session, takes: TakeCommands) -> None:
    takes.compare()
    assert heard(session) == (1.0, ["1"])
    takes.compare()
    assert heard(session) == (0.0, ["1"])
    takes.compare()
    takes.hear_next()
    assert heard(session) == (1.0, ["2"])
    takes.hear_both()
    assert heard(session) == (0.5, ["2"])
    assert session.undo_stack.count() == 1


def test_the_next_take_goes_round_and_is_looked_at(session: Session, takes: TakeCommands) -> None:
    session.select(["h1"])
    looked_at = []
    for _ in range(3):
        takes.hear_next()
        assert takes.current is not None
        looked_at.append(takes.current.id)
    assert looked_at == ["2", "3", "1"]
    assert session.selection == frozenset()
    session.select(["h1"])
    assert takes.current is None


def test_from_the_hits_alone_the_next_take_is_the_one_that_is_there(
    session: Session, takes: TakeCommands
) -> None:
    takes.compare()
    takes.compare()
    takes.hear_next()
    assert heard(session) == (1.0, ["1"])


def test_fields_and_blend_are_one_step_per_drag(session: Session, takes: TakeCommands) -> None:
    takes.choose("2")
    for value, finished in ((-1.0, False), (-2.0, False), (-2.0, True)):
        takes.set_field("gain", value, finished)
    takes.set_field("pan", 50.0, True)
    for value in (0.4, 0.3):
        takes.set_blend(value, False)
    takes.set_blend(0.3, True)
    assert (generated(session)[1].gain_db, generated(session)[1].pan) == (-2.0, 0.5)
    assert [session.undo_stack.text(n) for n in range(session.undo_stack.count())] == [
        "Change the gain of Take 2",
        "Change the pan of Take 2",
        "Blend hits and takes",
    ]


def test_a_take_that_goes_is_looked_at_no_more(session: Session, takes: TakeCommands) -> None:
    takes.choose("2")
    takes.remove("2")
    assert takes.current is None
    assert takes.meant is not None and takes.meant.id == "1"


def test_the_menu_offers_to_make_again_only_what_has_a_recipe(takes: TakeCommands) -> None:
    assert takes.menu("t") is None
    for track, enabled in (("1", True), ("2", False)):
        menu = takes.menu(track)
        assert menu is not None
        (again,) = [action for action in menu.actions() if action.text() == "Make it again by its recipe"]
        assert again.isEnabled() is enabled


def test_the_recipe_in_words(session: Session) -> None:
    assert session.project is not None
    rows = dict(recipe_rows(session.project, generated(session)[0]))
    assert rows == {
        "Generator": "soundtrack · abcdef01",
        "Told of": "picture and 6 hits of wood",
        "Seed": "1",
        "Temperature": "0.90",
        "Made anew": "00:01.000–00:02.000",
        "Engine": "1",
    }
    assert recipe_rows(session.project, generated(session)[1]) == []
    assert take_tip(session.project, generated(session)[1]) == "Take 2 · 00:00.000–00:10.000"


def test_as_loud_as_the_hits_in_one_step(session: Session, takes: TakeCommands) -> None:
    told: list[str] = []
    takes.told.connect(told.append)
    takes.match_loudness("2", -20.0, -26.5)
    assert generated(session)[1].gain_db == -6.5
    assert session.undo_stack.undoText() == "Match the loudness of Take 2"
    takes.match_loudness("2", None, -26.5)
    takes.match_loudness("2", -20.0, None)
    assert session.undo_stack.count() == 1
    assert told == [
        "“Take 2” is at −6.5 dB, as loud as the hits.",
        "There is nothing to match: “Take 2” is silent.",
        "There is nothing to match: the hits beside it are silent.",
    ]


def test_the_same_measure_twice_turns_the_fader_once(session: Session, takes: TakeCommands) -> None:
    takes.match_loudness("2", -20.0, -26.5)
    takes.match_loudness("2", -20.0, -26.5)
    assert generated(session)[1].gain_db == -6.5


def test_where_the_fader_ends_it_says_so(session: Session, takes: TakeCommands) -> None:
    told: list[str] = []
    takes.told.connect(told.append)
    takes.match_loudness("2", -50.0, -10.0)
    assert generated(session)[1].gain_db == 24.0
    assert told == ["“Take 2” is at +24.0 dB, as near to the hits as its fader goes."]
