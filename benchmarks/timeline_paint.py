"""Milliseconds to paint the timeline: 3,000 hits in ten minutes, while scrolling, zooming and playing.

The reference is one frame of a 60 Hz screen; the goal is half of it, which leaves the other half to the
rest of the window. Times are of the processor, Qt's own threads included, so that other
programs do not count.
"""

from __future__ import annotations

import os
import statistics
import subprocess
import sys
import time
from collections.abc import Callable
from fractions import Fraction

import numpy as np
from PySide6.QtWidgets import QApplication

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
from engine.project.materials import MATERIALS
from foley_app.theme.theme import apply_theme
from foley_app.timeline.timeline_view import TimelineView

_HITS = 3_000
_LENGTH_S = 600
_SAMPLE_RATE = 48_000
_FRAME_MS = 1000 / 60
_GOAL_MS = 8.0
_ROUNDS = 60
_SIZES = ((1440, 340, 1), (2560, 600, 1), (1440, 340, 2))


def main() -> None:
    """Print the table; each screen density needs a process of its own."""
    if len(sys.argv) > 1:
        _measure(*(int(number) for number in sys.argv[1:4]))
        return
    print(f"{'':44}{'median ms':>10}{'p95 ms':>8}{'of a frame':>12}{'goal ms':>9}")
    print(f"{'one frame at 60 Hz (reference)':44}{_FRAME_MS:10.2f}{'':>8}{1.0:12.2f}{'':>9}", flush=True)
    for size in _SIZES:
        environment = {**os.environ, "QT_QPA_PLATFORM": "offscreen", "QT_SCALE_FACTOR": str(size[2])}
        command = [sys.executable, "-m", "benchmarks.timeline_paint", *(str(number) for number in size)]
        subprocess.run(command, check=True, env=environment)


def _measure(width: int, height: int, ratio: int) -> None:
    application = QApplication([])
    apply_theme(application, "dark")
    view = TimelineView()
    view.resize(width, height)
    view.show()
    application.processEvents()
    view.set_project(_project())
    rng = np.random.default_rng(1)
    peaks = np.abs(rng.standard_normal((_LENGTH_S * _SAMPLE_RATE // 256, 2)).astype(np.float32)) * 0.2
    peaks[:, 0] *= -1
    view.set_lane_peaks("mix", peaks, 256)
    view.set_playhead(_LENGTH_S * _SAMPLE_RATE // 3)
    view.set_playing(True)
    viewport = view.stage.canvas.viewport()
    name = f"{width}x{height}" + (f" at {ratio}x" if ratio > 1 else "")

    def painted(step: Callable[[int], None]) -> None:
        times_ms = []
        for round_ in range(_ROUNDS):
            step(round_)
            started = time.process_time()
            viewport.repaint()
            times_ms.append((time.process_time() - started) * 1000)
        median = statistics.median(times_ms)
        p95 = statistics.quantiles(times_ms, n=20)[-1]
        print(f"{label:44}{median:10.2f}{p95:8.2f}{median / _FRAME_MS:12.2f}{_GOAL_MS:9.1f}", flush=True)

    label = f"{name}, everything in view"
    painted(lambda _: None)
    view.zoom_about(10, width / 2)
    label = f"{name}, scrolling through a minute"
    painted(lambda _: view.scroll_by(7))
    label = f"{name}, zooming"
    painted(lambda round_: view.zoom_about(1.25 if round_ % 40 < 20 else 0.8, width / 2))
    view.zooming.zoom_to_fit()
    view.set_selection(frozenset(hit.id for hit in view.base_columns.hits))
    label = f"{name}, every hit selected"
    painted(lambda _: None)
    view.zoom_about(60, width / 2)
    label = f"{name}, ten seconds in view"
    painted(lambda _: view.scroll_by(3))
    started = time.process_time()
    for round_ in range(_ROUNDS):
        view.set_playhead(round(view.axis.start) + 480 * round_)
        application.processEvents()
    moved_ms = (time.process_time() - started) * 1000 / _ROUNDS
    label = f"{name}, playhead moves"
    print(f"{label:44}{moved_ms:10.2f}{'':>8}{moved_ms / _FRAME_MS:12.2f}{_GOAL_MS:9.1f}", flush=True)


def _project() -> Project:
    rng = np.random.default_rng(0)
    length = _LENGTH_S * _SAMPLE_RATE
    take = Take("take", "Knock", "kit")
    hits = tuple(
        Hit(
            f"h{number}",
            int(position),
            action="scratch" if number % 9 == 0 else "hit",
            length=14_400 if number % 9 == 0 else 0,
            confidence=float(rng.uniform(0.3, 1)),
            material=MATERIALS[number % len(MATERIALS)],
            locked=number % 7 == 0,
            clips=(Clip(f"c{number}", (take,), take.id),),
            track="t",
        )
        for number, position in enumerate(np.sort(rng.integers(0, length, _HITS)))
    )
    frames = range(0, length, _SAMPLE_RATE // 30)
    starts = np.array([0, *(hit.position for hit in hits)])
    latest = starts[np.searchsorted(starts, frames, side="right") - 1]
    levels_db = np.maximum(-14 - 40 * (np.array(frames) - latest) / _SAMPLE_RATE, -60.0)
    points = tuple(
        AutomationPoint(position, float(rng.uniform(-12, 6))) for position in range(0, length, length // 50)
    )
    return Project(
        "benchmark",
        frame_rate=Fraction(30),
        length=length,
        video=Video(MediaReference("reel.mp4"), 1920, 1080, Fraction(30), length),
        tracks=(Track("t", "Foley"),),
        hits=hits,
        threshold=0.0,
        loudness=LoudnessCurve(tuple(frames), tuple(float(level) for level in levels_db), points),
    )


if __name__ == "__main__":
    main()
