"""The window with its real engine and player on the demo clip: sounds on hits, killed children, export."""

from __future__ import annotations

import os
import signal
from collections.abc import Iterator
from pathlib import Path

import pytest
from pytestqt.qtbot import QtBot

from engine.bundled import demo_video
from engine.project.storage import load_project
from foley_app.dialogs.export import ExportDialog
from foley_app.engine_client import EngineClient
from foley_app.main_window import MainWindow
from foley_app.player_client import PlayerClient
from foley_app.session import Session
from foley_app.settings import EXPORT_FOLDER, Settings
from foley_app.startup import start_children
from tests.foley_app.fakes import FakeQuestions

PATIENCE_MS = 180_000


@pytest.fixture
def window(qtbot: QtBot, settings: Settings, tmp_path: Path) -> Iterator[MainWindow]:
    if not demo_video().is_file():
        pytest.skip("the demo clip is not there")
    questions = FakeQuestions()
    made = MainWindow(Session(), EngineClient(), PlayerClient(), settings, tmp_path / "journals", questions)  # type: ignore[arg-type]
    made.show()
    start_children(made)
    yield made
    made.close()
    made.deleteLater()


def test_from_a_video_to_an_export_with_both_children_killed_on_the_way(
    qtbot: QtBot, window: MainWindow, settings: Settings, tmp_path: Path
) -> None:
    session, questions = window.session, window.questions
    assert isinstance(questions, FakeQuestions)
    window.documents.open_demo()
    qtbot.waitUntil(
        lambda: session.project is not None and any(hit.clips for hit in session.project.shown_hits),
        timeout=PATIENCE_MS,
    )
    qtbot.waitUntil(lambda: window.workspace.viewer.picture.has_frame, timeout=PATIENCE_MS)
    project = session.project
    assert project is not None
    assert all(hit.clips for hit in project.shown_hits)
    assert session.undo_stack.undoText().startswith("Fill ")

    window.transport.seek(project.shown_hits[2].position)
    os.kill(window.engine.process_id, signal.SIGKILL)
    qtbot.waitUntil(lambda: "engine process ended" in window.status_bar.message, timeout=PATIENCE_MS)
    with qtbot.waitSignal(window.player.opened, timeout=PATIENCE_MS):
        os.kill(window.player.process_id, signal.SIGKILL)
    assert "demo.mp4" in window.status_bar.message
    assert session.project is project
    assert window.transport.position == project.shown_hits[2].position

    questions.save_path = str(tmp_path / "work.foley")
    assert window.documents.save()
    assert load_project(tmp_path / "work.foley").hits == project.hits

    settings.set(EXPORT_FOLDER, str(tmp_path))
    dialog = ExportDialog(session, window.engine, settings, window)
    dialog.start()
    qtbot.waitUntil(lambda: dialog._job is None, timeout=PATIENCE_MS)
    assert dialog._status.objectName() == "good", dialog._status.text()
    assert "hits found again" in dialog._status.text()
    assert (tmp_path / "work-with-sound.mp4").stat().st_size > 10_000
    assert questions.errors == []
