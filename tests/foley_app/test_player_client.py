"""The window's side of the player, against the real process without an audio device."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from PySide6.QtGui import QImage
from pytestqt.qtbot import QtBot

from engine.analysis.to_document import project_from_video
from engine.project import edits
from engine.project.document import MediaReference, Project, Take
from engine.synthesis.kit import KitRecipe, kit_take
from foley_app.player_client import DeviceState, MixPeaks, OpenedVideo, PlayerClient
from tests.media_factory import make_video, picture_number

FRAME = 1920  # samples per picture at 25 fps
PICTURES = 50


class Told:
    """What the player has told, in order."""

    def __init__(self, client: PlayerClient) -> None:
        self.opened: list[OpenedVideo] = []
        self.frames: list[tuple[int, int, int]] = []
        self.clock: list[tuple[int, bool, float]] = []
        self.peaks: list[MixPeaks] = []
        self.loudness: list[float | None] = []
        self.devices: list[DeviceState] = []
        self.missing: list[list[str]] = []
        self.failed: list[str] = []
        self.restarted: list[str] = []
        self.thumbnails: list[tuple[int, float, int]] = []
        self.ended = 0
        client.opened.connect(self.opened.append)
        client.frame_shown.connect(self._on_frame)
        client.clock.connect(lambda *state: self.clock.append(state))
        client.peaks.connect(self.peaks.append)
        client.loudness.connect(self.loudness.append)
        client.device.connect(self.devices.append)
        client.missing.connect(self.missing.append)
        client.failed.connect(self.failed.append)
        client.restarted.connect(self.restarted.append)
        client.thumbnail.connect(self._on_thumbnail)
        client.ended.connect(self._on_ended)

    def _on_frame(self, image: QImage, index: int, position: int) -> None:
        self.frames.append((index, position, picture_number(rgb_of(image))))

    def _on_thumbnail(self, request: int, time_s: float, image: QImage) -> None:
        self.thumbnails.append((request, time_s, picture_number(rgb_of(image))))

    def _on_ended(self) -> None:
        self.ended += 1


def rgb_of(image: QImage) -> np.ndarray:
    """A picture as (height, width, 3) uint8."""
    image = image.convertToFormat(QImage.Format.Format_RGB888)
    rows = np.frombuffer(image.constBits(), np.uint8).reshape(image.height(), image.bytesPerLine())
    return rows[:, : 3 * image.width()].reshape(image.height(), image.width(), 3)


@pytest.fixture(scope="module")
def video(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Two seconds of numbered pictures at 25 fps."""
    return make_video(tmp_path_factory.mktemp("video") / "numbers.mp4", count=PICTURES, rate=25)


@pytest.fixture
def client(qtbot: QtBot) -> Iterator[PlayerClient]:
    client = PlayerClient()
    # Nobody's loudspeakers are used by a test.
    client.configure(device="a device that does not exist")
    client.start()
    yield client
    client.shut_down()
    client.deleteLater()


@pytest.fixture
def told(client: PlayerClient) -> Told:
    return Told(client)


def project_with_hits(video: Path) -> Project:
    project = project_from_video(video)
    for second, material in ((0.5, "wood"), (1.5, "glass")):
        hit_id = material
        project = edits.add_hit(project, int(second * 48_000), hit_id=hit_id, material=material)
        take = kit_take(KitRecipe(material, "hit", seed=1, strength=0.9))
        project = edits.choose_take(project, hit_id, take, gain_db=0.0)
    return project


def test_it_says_that_it_is_silent(qtbot: QtBot, client: PlayerClient, told: Told) -> None:
    qtbot.waitUntil(lambda: bool(told.devices), timeout=10_000)
    state = told.devices[0]
    assert state.name is None
    assert "a device that does not exist" in state.message or "libportaudio2" in state.message


def test_every_step_shows_exactly_the_next_picture(
    qtbot: QtBot, client: PlayerClient, told: Told, video: Path
) -> None:
    client.open(video)
    qtbot.waitUntil(lambda: bool(told.frames), timeout=10_000)
    opened = told.opened[0]
    assert opened.path == video
    assert opened.frame_positions.tolist() == [FRAME * n for n in range(PICTURES)]
    assert opened.info["video"]["frame_rate"] == "25/1"
    for number in (1, 2, 3):
        client.step(1)
        qtbot.waitUntil(lambda n=number: told.frames[-1][0] == n)
    client.step(-2)
    qtbot.waitUntil(lambda: told.frames[-1][0] == 1)
    client.seek(30 * FRAME - 1)
    qtbot.waitUntil(lambda: told.frames[-1][0] == 29)
    client.seek(30 * FRAME, scrub=True)
    qtbot.waitUntil(lambda: told.frames[-1][0] == 30)
    client.step(1000)
    qtbot.waitUntil(lambda: told.frames[-1][0] == PICTURES - 1)
    assert all(index == number for index, _, number in told.frames)
    assert told.frames[-1][1] == (PICTURES - 1) * FRAME


def test_it_plays_to_the_end_and_says_so(qtbot: QtBot, client: PlayerClient, told: Told, video: Path) -> None:
    client.open(video)
    qtbot.waitUntil(lambda: bool(told.frames), timeout=10_000)
    client.play(1.0, 25 * FRAME)
    qtbot.waitUntil(lambda: told.ended == 1, timeout=10_000)
    qtbot.waitUntil(lambda: told.clock[-1] == (PICTURES * FRAME, False, 0.0))
    qtbot.waitUntil(lambda: told.frames[-1][0] == PICTURES - 1)
    positions = [position for position, is_playing, _ in told.clock if is_playing]
    assert positions == sorted(positions)
    shown = [index for index, _, _ in told.frames]
    assert shown == sorted(shown)
    assert all(index == number for index, _, number in told.frames)


def test_reverse_runs_back_to_the_first_picture(
    qtbot: QtBot, client: PlayerClient, told: Told, video: Path
) -> None:
    client.open(video)
    qtbot.waitUntil(lambda: bool(told.frames), timeout=10_000)
    client.play(-4.0, 40 * FRAME)
    qtbot.waitUntil(lambda: told.ended == 1, timeout=10_000)
    qtbot.waitUntil(lambda: told.frames[-1][0] == 0)
    qtbot.waitUntil(lambda: told.clock[-1] == (0, False, 0.0))


def test_the_mix_is_drawn_measured_and_updated_in_place(
    qtbot: QtBot, client: PlayerClient, told: Told, video: Path
) -> None:
    project = project_with_hits(video)
    client.set_project(project, video.parent)
    qtbot.waitUntil(lambda: bool(told.loudness), timeout=20_000)
    drawn = told.peaks[-1]
    assert len(drawn.lowest_and_highest) == -(-project.length // drawn.samples_per_peak)
    before = drawn.lowest_and_highest.copy()
    silent = edits.set_mute(project, ["glass"], True)
    client.set_project(silent, video.parent)
    qtbot.waitUntil(lambda: len(told.loudness) == 2, timeout=10_000)
    changed = told.peaks[-1]
    assert (changed.revision, changed.start > 48_000) == (2, True)
    first = changed.start // changed.samples_per_peak
    np.testing.assert_array_equal(changed.lowest_and_highest[:first], before[:first])
    assert np.abs(before[first:]).max() > 0.01
    assert not changed.lowest_and_highest[first + 10 :].any()
    assert told.loudness[0] is not None
    assert told.missing == []


def test_a_missing_sound_is_named_and_the_rest_plays(
    qtbot: QtBot, client: PlayerClient, told: Told, video: Path
) -> None:
    project = project_with_hits(video)
    lost = Take("lost", "Door", "library", media=MediaReference("gone/door.wav"))
    client.set_project(edits.choose_take(project, "wood", lost), video.parent)
    qtbot.waitUntil(lambda: bool(told.missing), timeout=20_000)
    assert "gone/door.wav" in told.missing[0][0]
    qtbot.waitUntil(lambda: bool(told.loudness))
    assert np.abs(told.peaks[-1].lowest_and_highest).max() > 0.01


def test_an_audition_plays_around_the_hit_and_returns(
    qtbot: QtBot, client: PlayerClient, told: Told, video: Path
) -> None:
    client.open(video)
    client.set_project(project_with_hits(video), video.parent)
    qtbot.waitUntil(lambda: bool(told.loudness) and bool(told.frames), timeout=20_000)
    client.seek(5 * FRAME)
    take = kit_take(KitRecipe("metal", "hit", seed=2, strength=0.5))
    client.audition("glass", take, -3.0, pre_roll_s=0.2, post_roll_s=0.2)
    qtbot.waitUntil(lambda: told.ended == 1, timeout=10_000)
    heard = [position for position, is_playing, _ in told.clock if is_playing]
    assert min(heard) >= 1.29 * 48_000
    assert max(heard) <= 1.71 * 48_000
    qtbot.waitUntil(lambda: told.clock[-1] == (5 * FRAME, False, 0.0))
    qtbot.waitUntil(lambda: told.frames[-1][0] == 5)


def test_thumbnails_carry_their_request(qtbot: QtBot, client: PlayerClient, told: Told, video: Path) -> None:
    client.open(video)
    number = client.request_filmstrip([0.0, 0.04, 0.08], 48)
    qtbot.waitUntil(lambda: len(told.thumbnails) == 3, timeout=10_000)
    assert told.thumbnails == [(number, 0.0, 0), (number, 0.04, 1), (number, 0.08, 2)]


def test_what_is_no_video_is_refused_with_a_sentence(
    qtbot: QtBot, client: PlayerClient, told: Told, tmp_path: Path
) -> None:
    path = tmp_path / "letter.mp4"
    path.write_text("Dear editor")
    client.open(path)
    qtbot.waitUntil(lambda: bool(told.failed), timeout=10_000)
    assert "letter.mp4" in told.failed[0]
    assert told.restarted == []


@pytest.mark.skipif(sys.platform == "win32", reason="needs signals")
def test_a_killed_player_comes_back_with_everything_but_not_a_third_time(
    qtbot: QtBot, client: PlayerClient, told: Told, video: Path
) -> None:
    client.open(video)
    client.set_project(project_with_hits(video), video.parent)
    qtbot.waitUntil(lambda: bool(told.frames) and bool(told.peaks), timeout=20_000)
    client.seek(7 * FRAME)
    qtbot.waitUntil(lambda: told.frames[-1][0] == 7)
    told.frames.clear()
    told.peaks.clear()
    os.kill(client.process_id, signal.SIGSEGV)
    qtbot.waitUntil(
        lambda: bool(told.frames) and told.frames[-1][0] == 7 and bool(told.peaks), timeout=20_000
    )
    assert told.restarted == [
        "The player ended while “numbers.mp4” was open: it crashed (signal 11). It was started again."
    ]
    os.kill(client.process_id, signal.SIGKILL)
    qtbot.waitUntil(lambda: len(told.restarted) == 2, timeout=20_000)
    assert told.restarted[1] == (
        "“numbers.mp4” made the player end twice (it crashed (signal 9)), so it was closed."
    )
    told.opened.clear()
    told.devices.clear()
    qtbot.waitUntil(lambda: bool(told.devices), timeout=20_000)
    assert told.opened == []


def test_the_window_loads_no_media_library_for_it() -> None:
    code = (
        "import sys, foley_app.player_client, foley_app.engine_client\n"
        "heavy = ('av', 'torch', 'numba', 'scipy', 'cv2', 'sounddevice')\n"
        "print([name for name in heavy if name in sys.modules])"
    )
    printed = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert printed.stdout.strip() == "[]"
