"""The dialogs: export with its result, relinking, recovery, messages."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtWidgets import QPushButton
from pytestqt.qtbot import QtBot

from engine.project.document import MediaReference, Project
from engine.project.references import make_reference
from foley_app.dialogs.export import ExportDialog
from foley_app.dialogs.project_settings import ProjectSettingsDialog
from foley_app.dialogs.recovery import RecoveryDialog, RecoveryRow
from foley_app.dialogs.relink import RelinkDialog
from foley_app.session import Session
from foley_app.settings import EXPORT_CODEC, EXPORT_FOLDER, Settings
from tests.foley_app.fakes import FakeEngine


@pytest.fixture
def engine(qapp: object) -> FakeEngine:
    return FakeEngine()


@pytest.fixture
def export(
    qtbot: QtBot, engine: FakeEngine, settings: Settings, project: Project, tmp_path: Path
) -> ExportDialog:
    settings.set(EXPORT_FOLDER, str(tmp_path))
    session = Session()
    session.open(project)
    dialog = ExportDialog(session, engine, settings)  # type: ignore[arg-type]
    dialog._session_kept = session  # type: ignore[attr-defined]
    qtbot.addWidget(dialog)
    dialog.show()
    return dialog


def test_the_container_decides_which_codecs_are_offered(export: ExportDialog) -> None:
    def codecs() -> list[str]:
        return [export._codec.itemData(row) for row in range(export._codec.count())]

    assert codecs()[0] == "aac"
    export._container.setCurrentText("mov")
    assert codecs()[0] == "pcm"
    assert "opus" not in codecs()
    assert export._path.text().endswith("clip-with-sound.mov")


def test_an_export_says_what_the_self_check_measured(
    export: ExportDialog, engine: FakeEngine, settings: Settings, tmp_path: Path
) -> None:
    export._stems.setChecked(True)
    export.start()
    job = engine.last("export")
    assert job.arguments["path"] == str(tmp_path / "clip-with-sound.mp4")
    assert job.arguments["stems"] == str(tmp_path / "clip-with-sound-stems")
    assert export._cancel_button.text() == "Cancel"
    assert not export._export_button.isEnabled()
    job.progressed.emit(0.5, "Writing 00:05 of 00:10")
    assert export._progress.value() == 500
    job.finished.emit({"summary": "Wrote it. Checked: 6 of 6 hits found again.", "is_clean": True})
    assert export._status.text() == "Wrote it. Checked: 6 of 6 hits found again."
    assert export._cancel_button.text() == "Close"
    assert settings.value(EXPORT_CODEC) == "aac"


def test_a_full_disk_is_one_sentence(export: ExportDialog, engine: FakeEngine) -> None:
    export.start()
    engine.last("export").failed.emit("There is no room left on the disk for “clip-with-sound.mp4”.")
    assert "no room left" in export._status.text()
    assert export._status.objectName() == "error"
    assert export._export_button.isEnabled()


def test_an_export_can_be_cancelled(export: ExportDialog, engine: FakeEngine) -> None:
    export.start()
    export._cancel_button.click()
    assert engine.last("export").was_cancelled
    assert export._status.text() == "Cancelled; nothing was written."
    assert export.isVisible()


def test_closing_the_dialog_cancels_what_runs(export: ExportDialog, engine: FakeEngine) -> None:
    export.start()
    export.reject()
    assert engine.last("export").was_cancelled


def test_a_file_that_is_there_is_replaced_only_after_asking(
    export: ExportDialog, engine: FakeEngine, tmp_path: Path
) -> None:
    (tmp_path / "clip-with-sound.mp4").write_bytes(b"precious")
    export.start()
    assert not engine.jobs
    assert export._export_button.text() == "Replace"
    export.start()
    assert engine.last("export")


def test_the_video_itself_is_never_written_over(
    export: ExportDialog, engine: FakeEngine, video_file: Path
) -> None:
    export._path.setText(str(video_file))
    export.start()
    export.start()
    assert not engine.jobs
    assert "the video itself" in export._status.text()


def test_a_moved_file_is_found_by_its_contents(qtbot: QtBot, tmp_path: Path) -> None:
    original = tmp_path / "clip.mp4"
    original.write_bytes(b"these contents")
    reference = make_reference(original, None)
    elsewhere = tmp_path / "deep" / "down"
    elsewhere.mkdir(parents=True)
    original.rename(elsewhere / "renamed.mp4")
    dialog = RelinkDialog(reference, tmp_path)
    qtbot.addWidget(dialog)
    with qtbot.waitSignal(dialog.accepted, timeout=5000):
        dialog.search(tmp_path)
    assert dialog.found == MediaReference(str(elsewhere / "renamed.mp4"), reference.content_hash)


def test_a_search_in_vain_says_so(qtbot: QtBot, tmp_path: Path) -> None:
    dialog = RelinkDialog(MediaReference("/gone/clip.mp4", "sha256:00"), tmp_path)
    qtbot.addWidget(dialog)
    dialog.search(tmp_path)
    qtbot.waitUntil(lambda: "not in that folder" in dialog._text.text(), timeout=5000)
    assert dialog.found is None


def test_a_chosen_file_gets_its_own_hash(qtbot: QtBot, tmp_path: Path) -> None:
    other = tmp_path / "other.mp4"
    other.write_bytes(b"other contents")
    dialog = RelinkDialog(MediaReference("/gone/clip.mp4", "sha256:00"), tmp_path)
    qtbot.addWidget(dialog)
    dialog.choose(other)
    assert dialog.found == make_reference(other, None)
    dialog.choose(tmp_path / "not there.mp4")
    assert "can't be read" in dialog._text.text()


def test_recovery_prefers_the_save_after_a_failed_attempt(qtbot: QtBot) -> None:
    rows = [
        RecoveryRow("a.foley", "3 edits", has_file=True),
        RecoveryRow("b.foley", "9 edits. The program ended again.", has_file=True, prefers_file=True),
        RecoveryRow("c (never saved)", "damaged", can_recover=False),
    ]
    dialog = RecoveryDialog(rows)
    qtbot.addWidget(dialog)
    buttons = {button.text(): button for button in dialog.findChildren(QPushButton)}
    assert buttons["Bring it back"].isDefault()
    dialog._list.setCurrentRow(1)
    assert buttons["Open the last save"].isDefault()
    dialog._list.setCurrentRow(2)
    assert not buttons["Bring it back"].isEnabled()
    assert not buttons["Open the last save"].isEnabled()
    buttons["Discard it"].click()
    assert (dialog.answer, dialog.chosen) == ("discard", 2)


def test_project_settings_are_one_step_and_nonsense_is_explained(qtbot: QtBot, project: Project) -> None:
    session = Session()
    session.open(project)
    dialog = ProjectSettingsDialog(session, project)
    qtbot.addWidget(dialog)
    assert not dialog._drop_frame.isEnabled()
    dialog._start.setText("ten o'clock")
    dialog._apply()
    assert "is not a timecode" in dialog._problem.text()
    assert session.project is project
    dialog._start.setText("10:00:00:00")
    dialog._channels.setCurrentIndex(1)
    dialog._apply()
    assert session.project is not None
    assert session.project.timecode.format(session.project.start_frame) == "10:00:00:00"
    assert session.project.channels == 1
    assert session.undo_stack.count() == 1
