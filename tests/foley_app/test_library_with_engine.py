"""The window's library, choices and corrections with what the engine's jobs really answer."""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import soundfile
from PySide6.QtCore import QTimer
from pytestqt.qtbot import QtBot

from engine import host_jobs
from engine.errors import UserFacingError
from engine.job import Job
from engine.project.document import Project
from foley_app.choice_desk import ChoiceDesk
from foley_app.hit_commands import HitCommands
from foley_app.library_desk import LibraryDesk
from foley_app.library_panel.library_dialog import LibraryDialog
from foley_app.session import Session
from foley_app.settings import Settings
from foley_app.sound_desk import SoundDesk
from foley_app.transport import Transport
from tests.foley_app.fakes import FakeEngine, FakeJob, FakePlayer

PATIENCE_MS = 20_000
RATE = 48_000


class DirectEngine(FakeEngine):
    """Does the engine's jobs here, one after the other, and passes on what the wire would."""

    def start_job(self, kind: str, arguments: dict[str, Any]) -> FakeJob:
        job = super().start_job(kind, json.loads(json.dumps(arguments)))
        QTimer.singleShot(0, lambda: self._do(job))
        return job

    def _do(self, job: FakeJob) -> None:
        if job.was_cancelled:
            return
        work = Job(on_progress=job.progressed.emit, on_event=job.partial.emit)
        try:
            result = host_jobs.KINDS[job.kind](job.arguments, work)
        except UserFacingError as error:
            job.failed.emit(str(error))
        else:
            job.finished.emit(json.loads(json.dumps(result)))


class Bench:
    """The library's window and the desks behind it, on a document of six hits."""

    def __init__(self, settings: Settings, project: Project) -> None:
        self.engine, self.session = DirectEngine(), Session()
        engine: Any = self.engine
        player: Any = FakePlayer()
        self.library = LibraryDesk(engine, settings)
        self.sounds = SoundDesk(self.session, engine, settings)
        self.choices = ChoiceDesk(self.session, engine)
        self.commands = HitCommands(self.session, Transport(player))
        self.commands.material_set.connect(self.choices.remember_material)
        self.commands.sound_taken.connect(self.choices.remember_take)
        self.choices.remembered.connect(self.sounds.forget_others)
        self.library.sounds_changed.connect(lambda: self.sounds.forget_others(()))
        self.session.open(project)
        self.dialog = LibraryDialog(self.library, self.session, engine)
        self.dialog.take_requested.connect(self.commands.take)

    def offers(self, qtbot: QtBot, hit_id: str) -> list[str]:
        def are_there() -> bool:
            assert self.session.project is not None
            return self.sounds.sounds_for(self.session.project.hit(hit_id)) is not None

        qtbot.waitUntil(are_there, timeout=PATIENCE_MS)
        assert self.session.project is not None
        offered = self.sounds.sounds_for(self.session.project.hit(hit_id)) or ()
        return [sound.take.name for sound in offered]


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Three sounds: one whose name tells its material, one whose name does not, one that is none."""
    for name in ("XDG_CACHE_HOME", "XDG_DATA_HOME"):
        monkeypatch.setenv(name, str(tmp_path / name))
    host_jobs._shelf.cache_clear()
    place = tmp_path / "sounds"
    place.mkdir()
    time_s = np.arange(RATE // 2) / RATE
    for name, hertz in (("wood knock", 400.0), ("take 7", 2500.0)):
        blow = np.exp(-time_s / 0.03) * np.sin(2 * np.pi * hertz * time_s)
        soundfile.write(place / f"{name}.wav", 0.5 * blow, RATE)
    (place / "broken.wav").write_bytes(b"no sound")
    return place


@pytest.fixture
def bench(qtbot: QtBot, settings: Settings, project: Project, folder: Path) -> Iterator[Bench]:
    made = Bench(settings, project)
    qtbot.addWidget(made.dialog)
    yield made
    qtbot.waitUntil(lambda: not made.sounds.is_busy, timeout=PATIENCE_MS)
    host_jobs._shelf.cache_clear()


def test_a_folder_is_listed_heard_used_remembered_and_missed(
    qtbot: QtBot, bench: Bench, folder: Path
) -> None:
    bench.dialog.add_folder(str(folder))
    qtbot.waitUntil(lambda: not bench.library.is_running, timeout=PATIENCE_MS)
    qtbot.waitUntil(lambda: len(bench.dialog.table.sounds) == 2, timeout=PATIENCE_MS)
    assert bench.library.counts.sounds == 2
    assert any("broken.wav" in problem for problem in bench.library.counts.problems)
    by_name = {sound.name: sound for sound in bench.dialog.table.sounds}
    assert (by_name["wood knock"].named, by_name["take 7"].named) == ("wood", "")
    assert bool(by_name["take 7"].heard) == bool(bench.library.counts.heard)

    bench.session.select(["h1"])
    bench.dialog._search.setText("take 7")
    bench.dialog.take()
    qtbot.waitUntil(lambda: bench.session.undo_stack.count() == 1, timeout=PATIENCE_MS)
    assert bench.session.undo_stack.undoText() == "Take “take 7” for hit 1"
    qtbot.waitUntil(lambda: bench.engine.jobs[-1].kind == "remember_choice", timeout=PATIENCE_MS)
    assert bench.offers(qtbot, "h2")[0] == "take 7"
    bench.session.undo_stack.undo()
    assert bench.engine.last("forget_choices").arguments["takes"] == ["h1"]
    qtbot.waitUntil(lambda: bench.offers(qtbot, "h2")[0] != "take 7", timeout=PATIENCE_MS)

    bench.commands.set_material("metal")
    qtbot.waitUntil(lambda: not bench.choices.is_busy, timeout=PATIENCE_MS)
    assert bench.session.project is not None
    assert bench.session.undo_stack.undoText() == "Set material of hit 1 to metal and of 5 more like it"
    assert {hit.material for hit in bench.session.project.shown_hits} == {"metal"}

    shutil.rmtree(folder)
    bench.library.scan()
    qtbot.waitUntil(lambda: not bench.library.is_running, timeout=PATIENCE_MS)
    qtbot.waitUntil(lambda: not bench.dialog.table.sounds, timeout=PATIENCE_MS)
    assert any(str(folder) in problem for problem in bench.library.counts.problems)
