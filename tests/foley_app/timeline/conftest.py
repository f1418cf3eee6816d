"""A timeline on screen with a project of its own."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from fractions import Fraction

import pytest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from engine.project.document import (
    AutomationPoint,
    Clip,
    Hit,
    LoudnessCurve,
    MediaReference,
    Project,
    Take,
    Track,
    Video,
)
from foley_app.theme.palette import DARK
from foley_app.theme.theme import apply_theme, current_palette
from foley_app.timeline.timeline_view import TimelineView
from tests.foley_app.timeline.mouse import SECOND, Mouse

TAKE = Take("take", "Knock", "kit")


@pytest.fixture
def project() -> Project:
    """Ten seconds at 30 fps: a hit at each second from 1 to 6, a scratch at 7 s, a candidate at 8 s."""
    video = Video(MediaReference("clip.mp4"), 344, 256, Fraction(30), 10 * SECOND)
    hits = [
        Hit(
            f"h{second}",
            second * SECOND,
            confidence=0.9 if second != 3 else 0.5,
            material="wood",
            locked=second == 5,
            track="t",
            clips=(Clip(f"c{second}", (TAKE,), TAKE.id),),
        )
        for second in range(1, 7)
    ]
    hits.append(
        Hit("scratch", 7 * SECOND, action="scratch", length=SECOND // 2, confidence=0.8, material="metal")
    )
    hits.append(Hit("candidate", 8 * SECOND, confidence=0.2, material="water"))
    frames = tuple(range(0, 10 * SECOND, SECOND // 30))
    levels_db = tuple(-20.0 if 3 * SECOND <= frame < 4 * SECOND else -50.0 for frame in frames)
    points = (
        AutomationPoint(2 * SECOND, 0.0),
        AutomationPoint(4 * SECOND, 6.0),
        AutomationPoint(6 * SECOND, -6.0),
    )
    return Project(
        "p",
        frame_rate=Fraction(30),
        length=10 * SECOND,
        video=video,
        tracks=(Track("t", "Foley"),),
        hits=tuple(hits),
        threshold=0.4,
        loudness=LoudnessCurve(frames, levels_db, points),
    )


@pytest.fixture
def view(qtbot: QtBot) -> Iterator[TimelineView]:
    """An empty timeline of 1096 x 400 pixels, of which 1000 are canvas."""
    application = QApplication.instance()
    assert isinstance(application, QApplication)
    if current_palette() is not DARK or not application.styleSheet():
        apply_theme(application, "dark")
    view = TimelineView()
    qtbot.addWidget(view)
    view.resize(1096, 400)
    view.show()
    qtbot.waitExposed(view)
    assert view.stage.canvas.width() == 1000
    yield view
    view.hide()


@pytest.fixture
def mouse(view: TimelineView) -> Mouse:
    """A mouse on the canvas."""
    return Mouse(view)


@pytest.fixture
def told() -> Callable[..., list[tuple[object, ...]]]:
    """Collects what a signal says: `told(view.seek_requested)` gives a list that fills."""

    def listen(signal: object) -> list[tuple[object, ...]]:
        calls: list[tuple[object, ...]] = []
        signal.connect(lambda *arguments: calls.append(arguments))  # type: ignore[attr-defined]
        return calls

    return listen
