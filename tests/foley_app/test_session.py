"""The session: undo, gestures, dirty state, selection."""

from __future__ import annotations

import random
from pathlib import Path

import pytest

from engine.project import edits
from engine.project.document import Project
from foley_app.session import Session


@pytest.fixture
def session(project: Project, qapp: object) -> Session:
    opened = Session()
    opened.open(project)
    return opened


def test_an_edit_can_be_undone_and_redone(session: Session, project: Project) -> None:
    moved = edits.move_hits(project, ["h1"], 100)
    session.apply("Move hit 1", moved)
    assert session.project is moved
    assert session.undo_stack.undoText() == "Move hit 1"
    session.undo_stack.undo()
    assert session.project is project
    session.undo_stack.redo()
    assert session.project is moved


def test_any_row_of_edits_undone_is_the_document_before(session: Session, project: Project) -> None:
    draw = random.Random(5)
    choices = (
        lambda p, i: edits.move_hits(p, [i], draw.randrange(-999, 999)),
        lambda p, i: edits.set_mute(p, [i], draw.random() < 0.5),
        lambda p, i: edits.set_material(p, [i], draw.choice(["wood", "glass"])),
        lambda p, i: edits.set_threshold(p, draw.random()),
        lambda p, i: edits.add_hit(p, draw.randrange(400_000)),
    )
    for number in range(60):
        current = session.project
        assert current is not None
        hit = draw.choice(current.hits)
        session.apply(f"Edit {number}", draw.choice(choices)(current, hit.id))
    after = session.project
    while session.undo_stack.canUndo():
        session.undo_stack.undo()
    assert session.project == project
    while session.undo_stack.canRedo():
        session.undo_stack.redo()
    assert session.project == after


def test_one_gesture_is_one_step(session: Session, project: Project) -> None:
    for delta in (10, 20, 30):
        assert session.project is not None
        session.apply("Move hit 1", edits.move_hits(session.project, ["h1"], delta), "move")
    assert session.undo_stack.count() == 1
    session.end_gesture()
    assert session.project is not None
    session.apply("Move hit 1", edits.move_hits(session.project, ["h1"], 5), "move")
    assert session.undo_stack.count() == 2
    session.undo_stack.undo()
    session.undo_stack.undo()
    assert session.project is project


def test_a_gesture_that_comes_back_leaves_no_step(session: Session, project: Project) -> None:
    session.apply("Move hit 1", edits.move_hits(project, ["h1"], 10), "move")
    session.apply("Move hit 1", project, "move")
    assert session.undo_stack.count() == 0
    assert not session.is_dirty


def test_an_edit_that_changes_nothing_is_no_step(session: Session, project: Project) -> None:
    session.apply("Nothing", project)
    assert session.undo_stack.count() == 0


def test_dirty_from_the_first_edit_to_the_save_and_again_after_undo(
    session: Session, project: Project
) -> None:
    said: list[bool] = []
    session.dirty_changed.connect(said.append)
    session.apply("Mute hit 1", edits.set_mute(project, ["h1"], True))
    session.mark_saved(Path("/somewhere/a.foley"))
    session.undo_stack.undo()
    assert said == [True, False, True]
    assert session.path == Path("/somewhere/a.foley")


def test_a_restored_document_is_dirty_until_saved(session: Session, project: Project) -> None:
    session.open(project, Path("/somewhere/a.foley"), unsaved_edits=3)
    assert session.is_dirty
    session.mark_saved(Path("/somewhere/a.foley"))
    assert not session.is_dirty


def test_the_selection_forgets_hits_that_are_gone(session: Session, project: Project) -> None:
    session.select(["h1", "h2", "nonsense"])
    assert session.selection == {"h1", "h2"}
    session.apply("Delete hit 1", edits.remove_hits(project, ["h1"]))
    assert session.selection == {"h2"}


def test_selected_hits_that_the_threshold_hides_are_not_worked_on(session: Session, project: Project) -> None:
    session.select(["h3", "h1"])
    session.apply("Set the threshold", edits.set_threshold(project, 0.7))
    assert [hit.id for hit in session.selected_hits] == ["h1"]


def test_every_edit_undo_and_redo_is_told_to_the_journal(session: Session, project: Project) -> None:
    told: list[tuple[str, str | None]] = []
    session.edited.connect(lambda _project, text, gesture: told.append((text, gesture)))
    session.apply("Mute hit 1", edits.set_mute(project, ["h1"], True))
    session.undo_stack.undo()
    session.undo_stack.redo()
    assert [text for text, _ in told] == ["Mute hit 1", "Undo: Mute hit 1", "Mute hit 1"]


def test_what_comes_later_can_be_part_of_a_step(session: Session, project: Project) -> None:
    session.apply("Set material of hit 1", edits.set_material(project, ["h1"], "glass"))
    step = session.last_step
    assert step is not None and session.project is not None
    more = edits.set_material(session.project, ["h2"], "glass")
    session.complete(step, "Set material of 2 hits", more)
    assert session.project is more
    assert (session.undo_stack.count(), session.undo_stack.undoText()) == (1, "Set material of 2 hits")
    session.undo_stack.undo()
    assert session.project is project
    assert session.last_step is None
    session.undo_stack.redo()
    assert session.project is more


def test_a_step_that_is_not_the_last_one_can_not_be_completed(session: Session, project: Project) -> None:
    session.apply("Set material of hit 1", edits.set_material(project, ["h1"], "glass"))
    step = session.last_step
    assert step is not None and session.project is not None
    later = edits.set_mute(session.project, ["h3"], True)
    session.apply("Mute hit 3", later)
    with pytest.raises(ValueError, match="no longer the last step"):
        session.complete(step, "Set material of 2 hits", edits.set_material(later, ["h2"], "glass"))
    assert session.project is later
