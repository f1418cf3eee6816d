"""The library's window: its list, what it can be filtered by, and its sounds on the selected hit."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import QMimeData, QPoint, QPointF, Qt, QUrl
from PySide6.QtGui import QDropEvent
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from engine.project.document import MediaReference, Project, Take
from engine.project.document_json import TAKE_SHAPE
from foley_app.library_desk import LibraryDesk
from foley_app.library_panel.library_dialog import LibraryDialog
from foley_app.library_panel.listed_sound import (
    ANY,
    UNKNOWN,
    duration_text,
    listed_sounds,
    material_choices,
    wanted_sounds,
)
from foley_app.library_panel.sound_table import LENGTH, MATERIAL, NAME, material_text, sound_tip
from foley_app.session import Session
from foley_app.settings import LIBRARY_FOLDERS, Settings
from tests.foley_app.conftest import Desk
from tests.foley_app.fakes import FakeEngine


def row(name: str, material: str = "", *heard: tuple[str, float], duration_s: float = 0.5) -> dict[str, Any]:
    return {
        "path": f"/sounds/{material or 'misc'}/{name}.wav",
        "name": name,
        "material": material,
        "heard": [list(one) for one in heard],
        "duration_s": duration_s,
        "action": "hit",
    }


ROWS = [
    row("Oak door", "wood", ("wood", 0.8), duration_s=2.0),
    row("take 7", "", ("paper", 0.2), ("glass", 0.62), duration_s=0.25),
    row("Стекло 3", "glass", ("metal", 0.7), duration_s=125.0),
    row("untitled"),
]
GUESSES = [row("Plank", "wood", ("drywall", 0.3)), row("take 8", "", ("tile", 0.3))]


def test_named_and_heard_are_told_apart() -> None:
    sounds = listed_sounds([*ROWS, *GUESSES])
    _, take, _, untitled, _, guess = sounds
    assert [material_text(sound) for sound in sounds] == [
        "wood",
        "sounds like glass, 62%",
        "glass, sounds like metal, 70%",
        "not known",
        "wood",
        "maybe tile, 30%",
    ]
    assert sound_tip(take).splitlines()[1:] == ["Its name tells no material.", "It sounds like glass (62%)."]
    assert sound_tip(guess).splitlines()[2] == "By ear it may be tile (30%)."
    assert "has not been listened to" in sound_tip(untitled)


def test_filters_take_the_name_first_and_what_is_heard_without_one() -> None:
    sounds = listed_sounds(ROWS)
    assert [sound.name for sound in wanted_sounds(sounds, "", "glass")] == ["take 7", "Стекло 3"]
    assert [sound.name for sound in wanted_sounds(sounds, "", UNKNOWN)] == ["untitled"]
    assert [sound.name for sound in wanted_sounds(sounds, "DOOR wood", ANY)] == ["Oak door"]
    assert [sound.name for sound in wanted_sounds(sounds, "стекло", ANY)] == ["Стекло 3"]
    assert wanted_sounds(sounds, "door", "glass") == []
    assert material_choices(sounds) == [
        (ANY, "All materials"),
        ("glass", "glass  2"),
        ("wood", "wood  1"),
        (UNKNOWN, "not known  1"),
    ]


@pytest.mark.parametrize(
    ("duration_s", "text"), [(0.005, "0.01 s"), (2.0, "2.00 s"), (125.0, "2:05"), (7200, "120:00")]
)
def test_lengths(duration_s: float, text: str) -> None:
    assert duration_text(duration_s) == text


class Bench:
    """The window on a document, with an engine that answers as told."""

    def __init__(self, settings: Settings, project: Project) -> None:
        self.engine, self.session = FakeEngine(), Session()
        self.session.open(project)
        self.library = LibraryDesk(self.engine, settings)  # type: ignore[arg-type]
        self.dialog = LibraryDialog(self.library, self.session, self.engine)  # type: ignore[arg-type]
        self.auditioned: list[Any] = []
        self.taken: list[Any] = []
        self.dialog.audition_requested.connect(self.auditioned.append)
        self.dialog.take_requested.connect(self.taken.append)

    @property
    def names(self) -> list[str]:
        return [sound.name for sound in self.dialog.table.sounds]

    def list_sounds(self, rows: list[dict[str, Any]] = ROWS) -> None:
        self.engine.last("library_sounds").finished.emit({"sounds": rows, "problems": []})


@pytest.fixture
def bench(qtbot: QtBot, settings: Settings, project: Project) -> Iterator[Bench]:
    settings.set(LIBRARY_FOLDERS, ("/sounds",))
    made = Bench(settings, project)
    qtbot.addWidget(made.dialog)
    made.dialog.show()
    made.dialog.activateWindow()
    QTest.qWaitForWindowActive(made.dialog)
    yield made
    made.dialog.close()


def test_without_folders_it_says_what_they_are_for(
    qtbot: QtBot, settings: Settings, project: Project
) -> None:
    made = Bench(settings, project)
    qtbot.addWidget(made.dialog)
    assert made.engine.jobs == []
    assert "built-in kit's sounds are offered" in made.dialog._empty.text()
    made.dialog.add_folder("/sounds")
    assert made.engine.last("scan_library").arguments == {"folders": ["/sounds"]}


def test_a_dropped_folder_is_added_and_a_file_is_not(
    bench: Bench, settings: Settings, tmp_path: Path
) -> None:
    (tmp_path / "a.wav").write_bytes(b"")
    carried = QMimeData()
    carried.setUrls([QUrl.fromLocalFile(str(tmp_path)), QUrl.fromLocalFile(str(tmp_path / "a.wav"))])
    bench.dialog.dropEvent(
        QDropEvent(
            QPointF(50, 50),
            Qt.DropAction.CopyAction,
            carried,
            Qt.MouseButton.LeftButton,
            Qt.KeyboardModifier.NoModifier,
        )
    )
    assert settings.value(LIBRARY_FOLDERS) == ("/sounds", str(tmp_path))


def test_what_is_known_is_listed_at_once_and_the_folders_are_looked_through(bench: Bench) -> None:
    assert "Looking through" in bench.dialog._empty.text()
    bench.list_sounds()
    assert bench.names == ["Oak door", "take 7", "untitled", "Стекло 3"]
    assert bench.dialog.folders.summary.text() == "4 sounds, 3 of them listened to."
    assert bench.library.is_scanning
    bench.engine.last("scan_library").finished.emit(
        {"sounds": 5, "materials": {}, "problems": ["“b.wav” is empty."]}
    )
    bench.list_sounds([*ROWS, row("New one")])
    assert len(bench.names) == 5
    assert bench.dialog.folders.problems.text() == "1 problem"
    bench.dialog.folders.problems.click()
    assert bench.dialog._pages.currentWidget() is bench.dialog._problems
    assert bench.dialog._problems.toPlainText() == "“b.wav” is empty."


def test_filters_and_sorting_work_on_what_is_listed(bench: Bench) -> None:
    bench.list_sounds()
    bench.dialog._search.setText("take")
    assert bench.names == ["take 7"]
    bench.dialog._search.setText("nothing like this")
    assert bench.dialog._pages.currentWidget() is bench.dialog._empty
    bench.dialog._search.clear()
    bench.dialog._material.setCurrentIndex(bench.dialog._material.findData("glass"))
    bench.dialog._material.activated.emit(bench.dialog._material.currentIndex())
    assert bench.names == ["take 7", "Стекло 3"]
    bench.dialog.table.sortByColumn(LENGTH, Qt.SortOrder.DescendingOrder)
    assert bench.names == ["Стекло 3", "take 7"]
    bench.dialog.table.sortByColumn(MATERIAL, Qt.SortOrder.AscendingOrder)
    assert bench.names == ["Стекло 3", "take 7"]


def test_the_highlight_stays_on_its_sound_when_the_list_is_new(bench: Bench) -> None:
    bench.list_sounds()
    bench.dialog.table.setCurrentIndex(bench.dialog.table.model().index(2, NAME))
    bench.engine.last("scan_library").finished.emit({"sounds": 5, "materials": {}, "problems": []})
    bench.list_sounds([row("A first one"), *ROWS])
    current = bench.dialog.table.current
    assert current is not None and current.name == "untitled"


def test_space_plays_and_return_takes_on_the_selected_hit(bench: Bench) -> None:
    bench.list_sounds()
    bench.session.select(["h2"])
    assert bench.dialog._use.text() == "Use it for hit 2"
    QTest.keyClick(bench.dialog.table, Qt.Key.Key_Down)
    QTest.keyClick(bench.dialog.table, Qt.Key.Key_Space)
    job = bench.engine.last("offer_sound")
    assert (job.arguments["hit"], job.arguments["path"]) == ("h2", "/sounds/misc/take 7.wav")
    assert job.arguments["folders"] == ["/sounds"]
    take = Take("library-1", "take 7", "library", media=MediaReference("/sounds/misc/take 7.wav"))
    offer = {"take": TAKE_SHAPE.write(take), "gain_db": -4.5, "length": 0, "parts": {}, "heard": []}
    job.finished.emit({"sound": offer})
    assert [sound.take for sound in bench.auditioned] == [take]
    QTest.keyClick(bench.dialog.table, Qt.Key.Key_Return)
    bench.engine.last("offer_sound").finished.emit({"sound": offer})
    assert [(sound.take, sound.gain_db) for sound in bench.taken] == [(take, -4.5)]


def test_without_a_selected_hit_it_says_what_to_do(bench: Bench) -> None:
    bench.list_sounds()
    assert not bench.dialog._use.isEnabled()
    QTest.keyClick(bench.dialog.table, Qt.Key.Key_Space)
    assert "Select a hit" in bench.dialog._message.text()
    assert all(job.kind != "offer_sound" for job in bench.engine.jobs)


def test_a_sound_that_has_gone_is_said(bench: Bench) -> None:
    bench.list_sounds()
    bench.session.select(["h2"])
    bench.dialog.take()
    bench.engine.last("offer_sound").failed.emit("“take 7.wav” is not there any more.")
    assert bench.dialog._message.text() == "“take 7.wav” is not there any more."
    assert bench.taken == []


def test_listening_is_paused_from_here(qtbot: QtBot, bench: Bench) -> None:
    bench.list_sounds()
    bench.engine.last("scan_library").finished.emit({"sounds": 4, "materials": {}, "problems": []})
    bench.engine.last("listen_library").progressed.emit(0.25, "Listened to 1 of 4 sounds")
    assert bench.dialog.folders.progress_text.text() == "Listened to 1 of 4 sounds"
    assert bench.dialog.folders.progress.value() == 250
    qtbot.mouseClick(bench.dialog.folders.pause, Qt.MouseButton.LeftButton)
    assert bench.library.is_paused
    assert bench.dialog.folders.pause.text() == "&Go on"


def test_a_click_on_a_header_sorts(qtbot: QtBot, bench: Bench) -> None:
    bench.list_sounds()
    header = bench.dialog.table.horizontalHeader()
    place = QPoint(header.sectionPosition(LENGTH) + 10, header.height() // 2)
    qtbot.mouseClick(header.viewport(), Qt.MouseButton.LeftButton, pos=place)
    assert bench.names[0] in ("take 7", "Стекло 3")


def test_the_window_opens_it_once_and_its_sounds_reach_the_document(desk: Desk, project: Project) -> None:
    desk.settings.set(LIBRARY_FOLDERS, ("/sounds",))
    desk.session.open(project)
    desk.session.select(["h1"])
    desk.window.actions_by_name["library"].trigger()
    dialog = desk.window.menu_commands.library_dialog
    assert dialog is not None and dialog.isVisible()
    desk.window.actions_by_name["library"].trigger()
    assert desk.window.menu_commands.library_dialog is dialog
    desk.engine.last("library_sounds").finished.emit({"sounds": ROWS, "problems": []})
    dialog.take()
    take = Take("library-1", "Oak door", "library", "wood", media=MediaReference("/sounds/wood/Oak door.wav"))
    desk.engine.last("offer_sound").finished.emit(
        {"sound": {"take": TAKE_SHAPE.write(take), "gain_db": -4.5, "length": 0, "parts": {}, "heard": []}}
    )
    assert desk.session.project is not None
    assert desk.session.project.hit("h1").clips[0].take == take
    assert dialog._message.text() == "Take “Oak door” for hit 1."
    assert desk.engine.last("remember_choice").arguments["hit"] == "h1"
