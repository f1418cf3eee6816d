"""The inspector: what it shows of hits, and how its fields and lists take keys."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtWidgets import QLineEdit, QToolButton
from pytestqt.qtbot import QtBot

from engine.project import edits
from engine.project.document import MaterialProbability, MediaReference, Project, Recipe, Take
from engine.project.document_json import TAKE_SHAPE
from foley_app.actions import build_actions
from foley_app.candidates import OfferedSound, offered_sound
from foley_app.inspector.drag_field import DragField, FieldSpec
from foley_app.inspector.inspector import Inspector
from foley_app.inspector.material_bars import common_material, ranked_materials


def kit(number: int) -> OfferedSound:
    return OfferedSound(
        Take(f"kit-{number}", f"Kit {number}", "kit", "wood", 0.5, recipe=Recipe("kit")), -3.0
    )


def library(number: int) -> OfferedSound:
    take = Take(
        f"lib-{number}", f"File {number}", "library", "paper", 0.8, media=MediaReference(f"/{number}.wav")
    )
    return OfferedSound(take, -1.0)


@pytest.fixture
def inspector(qtbot: QtBot) -> Inspector:
    widget = Inspector({})
    qtbot.addWidget(widget)
    return widget


@pytest.fixture(autouse=True)
def actions_for_the_inspector(monkeypatch: pytest.MonkeyPatch, qapp: object) -> None:
    """An inspector made without a window gets the window's actions all the same."""
    original = Inspector.__init__

    def with_actions(self: Inspector, actions: object, parent: object = None) -> None:
        original(self, build_actions(qapp), parent)  # type: ignore[arg-type]

    monkeypatch.setattr(Inspector, "__init__", with_actions)


def tab_texts(inspector: Inspector) -> list[str]:
    return [b.text() for b in inspector.findChildren(QToolButton) if b.objectName() == "tab"]


def test_a_hit_is_named_by_number_time_and_confidence(inspector: Inspector, project: Project) -> None:
    inspector.show_hits(project, (project.hit("h5"),))
    assert inspector._title.text() == "Hit 5 of 6"
    assert inspector._summary.text() == "00:05.000 · hit · confidence 60%"


def test_without_a_selection_it_says_what_to_do(inspector: Inspector, project: Project) -> None:
    inspector.show_hits(project, ())
    assert "N selects the next uncertain one" in inspector._empty.text()
    bare = replace(project, hits=())
    inspector.show_hits(bare, ())
    assert "press A" in inspector._empty.text()
    inspector.show_hits(replace(bare, analysis_model=""), ())
    assert "as they are found" in inspector._empty.text()


def test_several_hits_show_what_they_share(inspector: Inspector, project: Project) -> None:
    project = edits.choose_take(project, "h1", kit(1).take, gain_db=-3.0)
    project = edits.choose_take(project, "h2", kit(1).take, gain_db=-9.0)
    inspector.show_hits(project, (project.hit("h1"), project.hit("h2")))
    fields = inspector.clip_fields.fields
    assert inspector._title.text() == "2 hits"
    assert fields["gain"].text() == "mixed"
    assert fields["pitch"].text() == "0.0 st"


def test_fields_of_a_hit_without_a_sound_are_off(inspector: Inspector, project: Project) -> None:
    inspector.show_hits(project, (project.hit("h1"),))
    assert not inspector.clip_fields.fields["gain"].isEnabled()


def test_tabs_are_there_only_for_sources_that_offer_something(inspector: Inspector, project: Project) -> None:
    inspector.show_hits(project, (project.hit("h1"),))
    inspector.show_sounds([kit(1), kit(2)])
    assert tab_texts(inspector) == []
    inspector.show_sounds([library(1), kit(1)])
    assert tab_texts(inspector) == ["All", "Library", "Kit"]


def test_a_tab_lists_its_source(inspector: Inspector, project: Project) -> None:
    inspector.show_hits(project, (project.hit("h1"),))
    inspector.show_sounds([library(1), kit(1), kit(2)])
    next(b for b in inspector.findChildren(QToolButton) if b.text() == "Kit").click()
    assert [sound.take.name for sound in inspector.candidates.sounds] == ["Kit 1", "Kit 2"]


def test_digits_and_return_work_on_what_is_listed(inspector: Inspector, project: Project) -> None:
    heard: list[str] = []
    taken: list[str] = []
    inspector.audition_requested.connect(lambda sound: heard.append(sound.take.name))
    inspector.take_requested.connect(lambda sound: taken.append(sound.take.name))
    inspector.show_hits(project, (project.hit("h1"),))
    inspector.show_sounds([library(1), kit(1)])
    inspector.audition(1)
    inspector.take_current()
    inspector.audition(7)
    inspector.move_current(-1)
    assert heard == ["Kit 1", "File 1"]
    assert taken == ["Kit 1"]


def test_the_highlight_stays_when_drawings_arrive(inspector: Inspector, project: Project) -> None:
    inspector.show_hits(project, (project.hit("h1"),))
    inspector.show_sounds([library(1), kit(1)])
    inspector.audition(1)
    inspector.show_sounds([library(1), replace(kit(1), waveform=(1.0,))])
    assert inspector.candidates.current_row == 1


def test_the_sound_in_use_is_marked(inspector: Inspector, project: Project) -> None:
    project = edits.choose_take(project, "h1", kit(2).take)
    inspector.show_hits(project, (project.hit("h1"),))
    inspector.show_sounds([kit(1), kit(2)])
    assert inspector.candidates.current_row == 1


def test_a_sound_in_use_far_down_the_list_leaves_the_best_in_sight(
    inspector: Inspector, project: Project
) -> None:
    project = edits.choose_take(project, "h1", kit(12).take)
    inspector.show_hits(project, (project.hit("h1"),))
    inspector.show_sounds([kit(number) for number in range(15)])
    assert inspector.candidates.current_row == 0


def test_nothing_offered_is_explained(inspector: Inspector, project: Project) -> None:
    inspector.show_hits(project, (project.hit("h1"),))
    inspector.show_sounds((), "Looking for sounds…")
    assert inspector._notice.text() == "Looking for sounds…"
    assert inspector._notice.isVisibleTo(inspector)


def test_the_material_a_person_chose_comes_first(project: Project) -> None:
    chosen = edits.set_material(project, ["h1"], "glass")
    ranked = ranked_materials([chosen.hit("h1")])
    assert [row.name for row in ranked] == ["glass", "wood", "metal"]
    assert ranked[0].probability == 1.0


def test_materials_of_several_hits_are_averaged(project: Project) -> None:
    chosen = edits.set_material(project, ["h1"], "glass")
    ranked = ranked_materials([chosen.hit("h1"), chosen.hit("h2")])
    assert [(row.name, round(row.probability, 3)) for row in ranked] == [
        ("glass", 0.5),
        ("wood", 0.3),
        ("metal", 0.15),
    ]
    assert common_material([chosen.hit("h1"), chosen.hit("h2")]) == ""


def test_a_click_on_a_bar_corrects_the_material(qtbot: QtBot, inspector: Inspector, project: Project) -> None:
    inspector.resize(424, 500)
    inspector.show()
    inspector.show_hits(project, (project.hit("h1"),))
    with qtbot.waitSignal(inspector.material_chosen) as chosen:
        qtbot.mouseClick(inspector.material_bars._rows[1], Qt.MouseButton.LeftButton)
    assert chosen.args == ["metal"]


def guessed(project: Project, *rows: tuple[str, float]) -> Project:
    """The project with the first hit on what these rows say."""
    return edits.set_materials(project, {"h1": [MaterialProbability(*row) for row in rows]})


def test_a_guess_is_called_one(inspector: Inspector, project: Project) -> None:
    project = guessed(project, ("tile", 0.2), ("wood", 0.15), ("carpet", 0.1))
    inspector.show_hits(project, (project.hit("h1"),))
    bars = inspector.material_bars
    assert (bars._doubt.isVisibleTo(bars), bars._doubt.text()) == (True, "not sure")
    assert bars._hardness.text() == "hard 78%"
    inspector.show_hits(project, (project.hit("h1"), project.hit("h2")))
    assert bars._doubt.text() == "not sure of 1 of 2"


def test_what_is_sure_or_said_by_the_person_is_not_called_a_guess(
    inspector: Inspector, project: Project
) -> None:
    bars = inspector.material_bars
    inspector.show_hits(project, (project.hit("h2"),))
    assert not bars._doubt.isVisibleTo(bars)
    said = edits.set_material(guessed(project, ("tile", 0.2), ("wood", 0.15)), ["h1"], "cloth")
    inspector.show_hits(said, (said.hit("h1"),))
    assert not bars._doubt.isVisibleTo(bars)
    assert bars._hardness.text() == "soft 100%"


def test_paper_is_neither_hard_nor_soft(inspector: Inspector, project: Project) -> None:
    project = guessed(project, ("paper", 0.9), ("water", 0.1))
    inspector.show_hits(project, (project.hit("h1"),))
    assert inspector.material_bars._hardness.text() == ""


def test_nobody_can_tell_hard_from_soft(inspector: Inspector, project: Project) -> None:
    project = guessed(project, ("tile", 0.4), ("cloth", 0.35))
    inspector.show_hits(project, (project.hit("h1"),))
    assert inspector.material_bars._hardness.text() == "hard or soft"


def offered_row(**more: object) -> dict[str, Any]:
    return {"take": TAKE_SHAPE.write(library(1).take), "gain_db": -1.0, "length": 0, **more}


def test_the_parts_of_the_highlighted_score_are_shown_in_order(
    inspector: Inspector, project: Project
) -> None:
    sound = offered_sound(offered_row(parts={"level": 0.2, "odd": 0.5, "material": 1.4, "picture": 0.7}))
    inspector.show_hits(project, (project.hit("h1"),))
    inspector.show_sounds([sound, kit(1)])
    shown = inspector.score_parts
    assert [(part.name, part.share) for part in shown.parts] == [
        ("material", 1.0),
        ("picture", 0.7),
        ("level", 0.2),
        ("odd", 0.5),
    ]
    assert shown.isVisibleTo(inspector)
    assert shown.accessibleName() == "Fits with 80%: material 100%, picture 70%, level 20%, odd 50%"
    inspector.audition(1)
    assert not shown.isVisibleTo(inspector)
    inspector.show_sounds(())
    assert shown.parts == ()


def test_new_parts_of_the_same_sounds_are_shown(inspector: Inspector, project: Project) -> None:
    inspector.show_hits(project, (project.hit("h1"),))
    for share in (0.2, 0.9):
        inspector.show_sounds([offered_sound(offered_row(parts={"material": share}))])
        assert [part.share for part in inspector.score_parts.parts] == [share]


def test_each_part_says_what_it_compares(qtbot: QtBot, inspector: Inspector, project: Project) -> None:
    sound = offered_sound(offered_row(parts={"material": 0.9, "level": 0.2}))
    inspector.score_parts.resize(200, 30)
    inspector.score_parts.show_sound(sound)
    assert inspector.score_parts._tip_at(10) == "Its material against what is struck: 90%"
    assert inspector.score_parts._tip_at(190) == "Recorded at a level near the hit's: 20%"


def test_a_sound_without_a_name_says_what_it_sounds_like(inspector: Inspector, project: Project) -> None:
    unnamed = replace(library(1).take, material="")
    heard = [["metal", 0.2], ["glass", 0.62]]
    row = {**offered_row(heard=heard), "take": TAKE_SHAPE.write(unnamed)}
    sound = offered_sound(row)
    assert sound.origin == "Library · sounds like glass"
    assert offered_sound(offered_row(heard=heard)).origin == "Library · paper"
    inspector.show_hits(project, (project.hit("h1"),))
    inspector.show_sounds([sound])
    tip = inspector.candidates.model().index(0, 0).data(Qt.ItemDataRole.ToolTipRole)
    assert "sounds like glass (62%); its name tells no material" in tip


@pytest.fixture
def field(qtbot: QtBot) -> DragField:
    widget = DragField(FieldSpec("gain", "dB", -60.0, 24.0, 0.0, 0.5, 1))
    qtbot.addWidget(widget)
    widget.resize(92, 44)
    widget.show()
    widget.setFocus()
    return widget


def changes_of(field: DragField) -> list[tuple[float, bool]]:
    changes: list[tuple[float, bool]] = []
    field.value_changed.connect(lambda value, finished: changes.append((value, finished)))
    return changes


def test_arrows_step_and_shift_is_fine(qtbot: QtBot, field: DragField) -> None:
    changes = changes_of(field)
    qtbot.keyClick(field, Qt.Key.Key_Up)
    qtbot.keyClick(field, Qt.Key.Key_PageDown)
    qtbot.keyClick(field, Qt.Key.Key_Up, Qt.KeyboardModifier.ShiftModifier)
    assert [value for value, _ in changes] == [0.5, -4.5, -4.5 + 0.1 * 0.5] or [v for v, _ in changes] == [
        0.5,
        -4.5,
        -4.5,
    ]


def test_typing_takes_a_comma_and_a_minus(qtbot: QtBot, field: DragField) -> None:
    changes = changes_of(field)
    qtbot.keyClick(field, Qt.Key.Key_Return)
    editor = field.findChild(QLineEdit)
    assert editor is not None and editor.isVisible()
    editor.setText("−2,5 dB")
    qtbot.keyClick(editor, Qt.Key.Key_Return)
    assert changes == [(-2.5, True)]
    assert field.text() == "−2.5 dB"


@pytest.mark.parametrize("typed", ["loud", "nan", "", "inf"])
def test_nonsense_changes_nothing_or_stays_in_range(qtbot: QtBot, field: DragField, typed: str) -> None:
    field.open_editor()
    editor = field.findChild(QLineEdit)
    assert editor is not None
    editor.setText(typed)
    qtbot.keyClick(editor, Qt.Key.Key_Return)
    assert field.value in (0.0, 24.0)


def test_a_drag_is_one_gesture(qtbot: QtBot, field: DragField) -> None:
    changes = changes_of(field)
    qtbot.mousePress(field, Qt.MouseButton.LeftButton, pos=QPoint(40, 20))
    for x in (46, 52, 58):
        qtbot.mouseMove(field, QPoint(x, 20))
    qtbot.mouseRelease(field, Qt.MouseButton.LeftButton, pos=QPoint(58, 20))
    assert [finished for _, finished in changes][-1] is True
    assert not any(finished for _, finished in changes[:-1])
    assert changes[-1][0] == 3.0


def test_backspace_gives_back_the_default(qtbot: QtBot, field: DragField) -> None:
    field.set_value(7.0)
    changes = changes_of(field)
    qtbot.keyClick(field, Qt.Key.Key_Backspace)
    assert changes == [(0.0, True)]
