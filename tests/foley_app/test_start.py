"""The real program in a process of its own: its picture, its failures, what it loads."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from engine.bundled import demo_video
from foley_app.screenshot import HEAVY_MODULES

ROOT = Path(__file__).resolve().parents[2]


def run(*arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "foley_app.main", *arguments],
        cwd=ROOT,
        env={**os.environ, "QT_QPA_PLATFORM": "offscreen"},
        capture_output=True,
        text=True,
        timeout=240,
        check=False,
    )


def test_the_demo_is_analysed_filled_and_photographed(tmp_path: Path) -> None:
    if not demo_video().is_file():
        pytest.skip("the demo clip is not there")
    out = tmp_path / "window.png"
    done = run(str(demo_video()), "--screenshot", str(out), "--size", "1280x800")
    assert done.returncode == 0, done.stderr
    assert "heavy modules in the window's process: none" in done.stdout
    assert "interactive after" in done.stdout
    from PySide6.QtGui import QImage

    picture = QImage(str(out))
    assert (picture.width(), picture.height()) == (1280, 800)
    # The middle of the viewer shows a picture, not the empty window.
    colours = {picture.pixel(x, y) for x in range(200, 640, 20) for y in range(80, 380, 20)}
    assert len(colours) > 50


def test_what_is_not_a_video_is_one_sentence_and_exit_code_1(tmp_path: Path) -> None:
    path = tmp_path / "notes.mp4"
    path.write_bytes(b"this is not a video")
    done = run(str(path), "--screenshot", str(tmp_path / "window.png"))
    assert done.returncode == 1
    assert "“notes.mp4”" in done.stderr
    assert "Traceback" not in done.stderr
    assert len(done.stderr.strip().splitlines()) == 1
    assert path.read_bytes() == b"this is not a video"
    assert not (tmp_path / "window.png").exists()


def test_a_file_that_is_not_there(tmp_path: Path) -> None:
    done = run(str(tmp_path / "gone.mp4"), "--screenshot", str(tmp_path / "window.png"))
    assert done.returncode == 1
    assert done.stderr.strip() == f"“gone.mp4” is not there (looked in {tmp_path})."


def test_without_a_screen_it_says_so_instead_of_falling_over() -> None:
    environment = {
        name: value
        for name, value in os.environ.items()
        if name not in ("DISPLAY", "WAYLAND_DISPLAY", "QT_QPA_PLATFORM")
    }
    done = subprocess.run(
        [sys.executable, "-m", "foley_app.main"],
        cwd=ROOT,
        env=environment,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert done.returncode == 1
    assert "no screen" in done.stderr


def test_a_wrong_size_is_wrong_usage() -> None:
    done = run("--screenshot", "x.png", "--size", "large")
    assert done.returncode == 2
    assert "write it as 1280x800" in done.stderr


def test_the_window_loads_nothing_heavy_and_the_package_no_qt() -> None:
    code = (
        "import sys, foley_app; assert 'PySide6' not in sys.modules;"
        "import foley_app.main_window, foley_app.player_client, foley_app.timeline.timeline_view,"
        "foley_app.dialogs.export, foley_app.dialogs.preferences, foley_app.dialogs.sync_test,"
        "foley_app.dialogs.relink, foley_app.library_panel.library_dialog, foley_app.startup;"
        f"loaded = [name for name in {HEAVY_MODULES!r} if name in sys.modules]; assert not loaded, loaded"
    )
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
