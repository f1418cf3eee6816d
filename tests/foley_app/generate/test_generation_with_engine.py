"""Generating in the window with what the engine's jobs really answer, by a tiny generator."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray
from pytestqt.qtbot import QtBot

from engine.analysis.to_document import project_from_video
from engine.project import edits
from engine.synthesis.mixer import render
from engine.synthesis.sample_rnn import making, unfinished
from engine.synthesis.sound_pool import SoundPool
from foley_app.generate.generation_desk import GenerationDesk
from foley_app.generate.soundtrack_request import SoundtrackRequest, remake_request
from foley_app.generate.take_texts import recipe_rows
from foley_app.session import Session
from tests.engine.synthesis.sample_rnn.tiny_generators import save_tiny_generator
from tests.foley_app.test_library_with_engine import DirectEngine
from tests.media_factory import make_video

SECOND = 48_000
PATIENCE_MS = 120_000


@pytest.fixture(autouse=True)
def own(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Pictures are described by their mean colour, and the user's own cache stays out of it."""
    monkeypatch.setattr(unfinished, "cache_folder", lambda: tmp_path / "cache")

    def describe(pictures: Sequence[NDArray[np.uint8]]) -> NDArray[np.float32]:
        return np.stack([picture.mean(axis=(0, 1)) for picture in pictures]).astype(np.float32)

    monkeypatch.setattr(making, "load_describer", lambda backbone: describe)


def test_from_the_wish_to_tracks_that_are_heard_remade_and_made_again(qtbot: QtBot, tmp_path: Path) -> None:
    make_video(tmp_path / "film.mp4", count=20, rate=10, size=(64, 48))
    generator = save_tiny_generator(tmp_path / "tiny", features=3)
    project = edits.add_hit(project_from_video(tmp_path / "film.mp4"), SECOND)
    session, engine = Session(), DirectEngine()
    session.open(project, tmp_path / "film.foley")
    wired: Any = engine
    desk = GenerationDesk(session, wired)
    seen: list[int] = []
    said: list[str] = []
    desk.drawn.connect(lambda _track, take: seen.append(take.made))
    desk.noticed.connect(said.append)

    desk.generate(SoundtrackRequest(model=str(generator), seed=3, takes=2))
    qtbot.waitUntil(lambda: not desk.is_running, timeout=PATIENCE_MS)
    assert session.project is not None
    first, second = session.project.generated
    assert seen == [project.length, project.length]
    assert (first.mute, second.mute, session.project.blend) == (False, True, 1.0)
    rows = dict(recipe_rows(session.project, first))
    assert (rows["Told of"], rows["Seed"]) == ("picture and 1 hit", "3")
    assert np.abs(render(session.project, SoundPool(tmp_path), 0, project.length)).max() > 0.0

    request = remake_request(first, SECOND // 2, SECOND)
    assert request is not None
    desk.generate(request)
    qtbot.waitUntil(lambda: not desk.is_running, timeout=PATIENCE_MS)
    (remade, _) = session.project.generated
    assert remade.id == first.id and remade.take != first.take
    assert dict(recipe_rows(session.project, remade))["Made anew"] == "00:00.500–00:01.000"
    assert session.undo_stack.undoText() == f"Remake 00:00.500–00:01.000 of {first.name}"

    desk.make_again(second.id)
    qtbot.waitUntil(lambda: not desk.is_running, timeout=PATIENCE_MS)
    assert said[-1] == f"“{second.name}” was made again, bit for bit the same."
    assert session.undo_stack.count() == 2
