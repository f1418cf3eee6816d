"""Generating from the window on stand-in processes: menu, dialog, growing lanes, Esc, notes."""

from __future__ import annotations

from typing import Any

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from engine.project.document import GeneratedTrack, Project, Recipe, Take
from engine.project.document_json import GENERATED_SHAPE
from foley_app.generate.generate_dialog import GenerateDialog
from foley_app.settings import TAKES
from tests.foley_app.conftest import Desk

SECOND = 48_000
GENERATORS = {
    "generators": [
        {
            "name": name,
            "kind": kind,
            "title": "",
            "variant": variant,
            "sample_rate": 16_000,
            "is_told_hits": variant == "hits",
            "problem": problem,
        }
        for name, kind, variant, problem in (
            ("soundtrack", "bundled", "hits", ""),
            ("mine", "user", "frame", ""),
            ("broken", "user", "flow", "“broken” is damaged."),
        )
    ],
    "default": "soundtrack",
}


@pytest.fixture
def opened(desk: Desk, project: Project) -> Desk:
    """A window with the project, in front."""
    desk.session.open(project)
    desk.window.activateWindow()
    QTest.qWaitForWindowActive(desk.window)
    return desk


def dialog_of(desk: Desk, answer: dict[str, Any] = GENERATORS) -> GenerateDialog:
    QTest.keyClick(desk.window, Qt.Key.Key_G)
    dialog = next(one for one in desk.window.findChildren(GenerateDialog) if one.isVisible())
    desk.engine.last("generators").finished.emit(answer)
    return dialog


def made(desk: Desk, count: int = 2) -> None:
    tracks = [
        GeneratedTrack(f"g{n}", f"Take {n}", Take(f"k{n}", "", "generated", recipe=Recipe("soundtrack", n)))
        for n in range(1, count + 1)
    ]
    rows = [GENERATED_SHAPE.write(track) for track in tracks]
    desk.engine.last("generate").finished.emit({"takes": rows, "resumed_s": 0.0, "notes": []})


def begun(desk: Desk) -> None:
    dialog_of(desk).begin.click()
    stretch = {"position": 0, "length": 10 * SECOND, "samples_per_peak": 256}
    job = desk.engine.last("generate")
    job.partial.emit({"event": "takes_begun", "names": ["Take 1", "Take 2"], "seeds": [1, 2], **stretch})
    for take in (0, 1):
        job.partial.emit({"event": "take_block", "take": take, "first_peak": 0, "peaks": [[-1, 1]] * 375})
    job.progressed.emit(0.2, "Generating 00:02 of 00:10")


def lanes(desk: Desk) -> list[str]:
    timeline = desk.window.workspace.timeline
    assert timeline is not None
    return [lane.title for lane in timeline.stage.sounds]


def test_the_dialog_asks_for_what_is_filled_in(opened: Desk) -> None:
    opened.window.transport.set_range(SECOND, 3 * SECOND)
    dialog = dialog_of(opened)
    assert [dialog.generator.itemText(n) for n in range(3)] == [
        "soundtrack",
        "mine (yours)",
        "broken (yours)",
    ]
    assert dialog.part.isChecked() and dialog.begin.isEnabled()
    dialog.whole.setChecked(True)
    dialog.takes.setValue(2)
    dialog.seed.setText("41")
    dialog.temperature.setValue(85)
    dialog.begin.click()
    arguments = opened.engine.last("generate").arguments
    wanted = {"model": "soundtrack", "seed": 41, "temperature": 0.85, "takes": 2, "start": None, "end": None}
    assert {name: arguments[name] for name in wanted} == wanted
    assert arguments["tracks"] is None and arguments["replace"] is None
    assert opened.settings.value(TAKES) == 2


def test_the_dialog_says_why_it_can_not_begin(opened: Desk) -> None:
    dialog = dialog_of(opened, {"generators": [], "default": ""})
    assert "No generator of soundtracks is installed" in dialog.problem
    assert not dialog.begin.isEnabled()
    dialog._desk._on_list(dialog._desk._list_job, GENERATORS)  # type: ignore[arg-type]
    dialog.generator.setCurrentIndex(2)
    assert dialog.problem == "“broken” is damaged."
    dialog.generator.setCurrentIndex(0)
    opened_seed = dialog.seed.text()
    dialog.dice.click()
    assert dialog.seed.text() != opened_seed and not dialog.problem
    dialog.seed.setText(str(2**32))
    assert "below 4294967296" in dialog.problem
    dialog.reject()


def test_a_generator_told_of_hits_wants_some(desk: Desk, project: Project) -> None:
    from engine.project import edits

    assert project.video is not None
    desk.session.open(edits.new_project(project.video))
    dialog = dialog_of(desk)
    assert "there are none yet" in dialog.problem
    dialog.generator.setCurrentIndex(1)
    assert not dialog.problem and not dialog.hits.isVisible()
    dialog.reject()


def test_takes_grow_on_the_timeline_and_become_tracks(opened: Desk) -> None:
    begun(opened)
    assert lanes(opened) == ["Foley", "Take 1", "Take 2"]
    assert "Generating 00:02 of 00:10" in opened.window.status_bar._engine.text()
    made(opened)
    assert lanes(opened) == ["Foley", "Take 1", "Take 2"]
    timeline = opened.window.workspace.timeline
    assert timeline is not None
    assert [lane.key for lane in timeline.stage.sounds[1:]] == ["g1", "g2"]
    # Drawn at once, before the player has read the file.
    assert all(lane.has_waveform for lane in timeline.stage.sounds[1:])
    assert opened.window.workspace.inspector._title.text() == "Take 1 · 1 of 2"
    assert "T switches" in opened.window.status_bar.message


def test_hits_selected_meanwhile_stay_selected(opened: Desk) -> None:
    begun(opened)
    opened.session.select(["h2"])
    made(opened)
    assert opened.session.selection == {"h2"}
    assert opened.window.workspace.inspector._title.text() == "Hit 2 of 6"


def test_escape_stops_and_then_closes_the_note(opened: Desk) -> None:
    from foley_app.note_strip import Note

    opened.window.workspace.notes.add(Note("Something."))
    begun(opened)
    QTest.keyClick(opened.window, Qt.Key.Key_Escape)
    stopped = opened.engine.last("generate")
    assert stopped.was_cancelled
    assert lanes(opened) == ["Foley"]
    assert "goes on where it stopped" in opened.window.status_bar.message
    assert opened.window.workspace.notes.note is not None
    QTest.keyClick(opened.window, Qt.Key.Key_Escape)
    assert opened.window.workspace.notes.note is None


def test_what_was_stopped_is_offered_again_as_it_was(opened: Desk) -> None:
    begun(opened)
    stopped = opened.engine.last("generate").arguments
    QTest.keyClick(opened.window, Qt.Key.Key_Escape)
    opened.window.transport.set_range(SECOND, 3 * SECOND)
    dialog_of(opened).begin.click()
    assert opened.engine.last("generate").arguments == stopped
    made(opened)
    dialog = dialog_of(opened)
    assert dialog.request.seed != stopped["seed"]
    dialog.reject()


def test_after_a_dead_engine_it_goes_on_when_asked(opened: Desk) -> None:
    begun(opened)
    before = opened.session.project
    first = opened.engine.last("generate")
    first.failed.emit("The engine process ended: it was killed.")
    note = opened.window.workspace.notes.note
    assert note is not None and note.action_text == "Go on" and "2 s of it were made" in note.text
    assert opened.session.project is before and lanes(opened) == ["Foley"]
    opened.window.workspace.notes.act()
    assert opened.engine.last("generate") is not first
    assert opened.engine.last("generate").arguments == first.arguments


def test_what_is_offered_is_withdrawn_when_something_is_generated(opened: Desk) -> None:
    begun(opened)
    opened.engine.last("generate").failed.emit("The engine process ended: it was killed.")
    begun(opened)
    note = opened.window.workspace.notes.note
    assert note is None or note.action != "generate"


def test_keys_compare_takes_and_remake_a_range(opened: Desk) -> None:
    actions = opened.window.actions_by_name
    assert not any(actions[name].isEnabled() for name in ("compare", "next_take", "remake_range"))
    begun(opened)
    made(opened)
    project = opened.session.project
    assert project is not None and project.blend == 1.0
    QTest.keyClick(opened.window, Qt.Key.Key_T)
    assert opened.session.project is not None and opened.session.project.blend == 0.0
    QTest.keyClick(opened.window, Qt.Key.Key_T, Qt.KeyboardModifier.ShiftModifier)
    assert opened.session.project.blend == 1.0
    assert not actions["remake_range"].isEnabled()
    opened.window.transport.set_range(SECOND, 3 * SECOND)
    QTest.keyClick(opened.window, Qt.Key.Key_G, Qt.KeyboardModifier.ShiftModifier)
    arguments = opened.engine.last("generate").arguments
    assert (arguments["replace"], arguments["start"], arguments["end"]) == ("g1", SECOND, 3 * SECOND)
    opened.window.generation.cancel()


def test_a_take_is_shaped_in_the_inspector(opened: Desk) -> None:
    begun(opened)
    made(opened)
    page = opened.window.workspace.inspector.take_page
    page.fields["gain"].value_changed.emit(-6.0, True)
    page.mute.click()
    page.blend.slider.setValue(30)
    project = opened.session.project
    assert project is not None
    assert (project.generated[0].gain_db, project.generated[0].mute, project.blend) == (-6.0, True, 0.3)
    assert page.mute.isChecked()
    opened.session.select(["h1"])
    assert opened.window.workspace.inspector._title.text() == "Hit 1 of 6"


def test_only_hits_of_ticked_tracks_and_materials(opened: Desk) -> None:
    from dataclasses import replace as changed

    project = opened.session.project
    assert project is not None
    hits = tuple(changed(hit, material="metal") if hit.id == "h2" else hit for hit in project.hits)
    opened.session.open(changed(project, id="two materials", hits=hits))
    dialog = dialog_of(opened)
    assert dialog.hits.text() == "All 6 hits"
    dialog.hits.tick(None, ("metal",))
    assert dialog.hits.text() == "metal · 1 hit"
    dialog.begin.click()
    assert opened.engine.last("generate").arguments["materials"] == ["metal"]
    opened.window.generation.cancel()
