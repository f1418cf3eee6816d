"""A window on stand-in processes, with fresh settings and journals."""

from __future__ import annotations

import os
from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path

import pytest

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

from PySide6.QtCore import QSettings
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from engine.project import edits
from engine.project.document import (
    ContactPoint,
    Hit,
    LoudnessCurve,
    MaterialProbability,
    MediaReference,
    Project,
    Video,
)
from foley_app.main_window import MainWindow
from foley_app.session import Session
from foley_app.settings import Settings
from foley_app.theme.theme import apply_theme
from tests.foley_app.fakes import FakeEngine, FakePlayer, FakeQuestions

SECOND = 48_000


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    """Settings nobody has touched."""
    return Settings(QSettings(str(tmp_path / "settings.ini"), QSettings.Format.IniFormat))


@pytest.fixture
def video_file(tmp_path: Path) -> Path:
    """A file where the project's video should be; its contents never matter here."""
    path = tmp_path / "clip.mp4"
    path.write_bytes(b"picture")
    return path


@pytest.fixture
def project(video_file: Path) -> Project:
    """Ten seconds at 30 fps, analysed: six hits, the third and fifth uncertain, one hidden at 2.6 s."""
    video = Video(MediaReference(str(video_file)), 344, 256, Fraction(30), 10 * SECOND)
    confidences = (0.9, 0.8, 0.55, 0.95, 0.6, 0.7)
    hits = [
        Hit(
            id=f"h{number}",
            position=number * SECOND,
            confidence=confidence,
            level_db=-20.0,
            material="wood",
            materials=(
                MaterialProbability("wood", 0.6),
                MaterialProbability("metal", 0.3),
                MaterialProbability("cloth", 0.1),
            ),
            contact=ContactPoint(0.5, 0.5),
        )
        for number, confidence in enumerate(confidences, 1)
    ]
    hits.append(Hit(id="hidden", position=round(2.6 * SECOND), confidence=0.2, level_db=-30.0))
    frames = tuple(range(0, 10 * SECOND, SECOND // 30))
    curve = LoudnessCurve(frames, tuple(-60.0 for _ in frames))
    made, _ = edits.merge_analysis(edits.new_project(video), hits, curve, "a detector 1")
    return made


@dataclass
class Desk:
    """A window and everything behind it."""

    window: MainWindow
    session: Session
    engine: FakeEngine
    player: FakePlayer
    questions: FakeQuestions
    settings: Settings


@pytest.fixture
def desk(qtbot: QtBot, settings: Settings, tmp_path: Path) -> Iterator[Desk]:
    """An empty window on screen."""
    application = QApplication.instance()
    assert isinstance(application, QApplication)
    apply_theme(application, "dark")
    session, engine, player, questions = Session(), FakeEngine(), FakePlayer(), FakeQuestions()
    window = MainWindow(session, engine, player, settings, tmp_path / "journals", questions)  # type: ignore[arg-type]
    window.resize(1280, 800)
    window.show()
    qtbot.waitExposed(window)
    yield Desk(window, session, engine, player, questions, settings)
    questions.unsaved_answer = "discard"
    window.close()
    window.deleteLater()
