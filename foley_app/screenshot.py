"""`--screenshot`: waits until everything has arrived in the window, saves its picture and quits."""

from __future__ import annotations

import sys
import time
from pathlib import Path

from PySide6.QtCore import QObject, QTimer
from PySide6.QtWidgets import QApplication

from engine.project.document import MediaReference
from foley_app.document_desk import Answer
from foley_app.main_window import MainWindow
from foley_app.startup import load_timeline_early, start_children

_LOOK_EVERY_MS = 50
_QUIET_S = 0.6
_PATIENCE_S = 900.0
_MIX_PATIENCE_S = 20.0
"""An edit that leaves the mix as it was brings no new waveform."""
_SHOWN_HIT = 4
HEAVY_MODULES = (
    "av",
    "cv2",
    "librosa",
    "numba",
    "scipy",
    "sounddevice",
    "soundfile",
    "soxr",
    "torch",
    "torchaudio",
)
"""What the window's own process must never load."""


class SilentQuestions:
    """Nobody is there to ask: errors end the program, everything else is declined.

    Attributes
    ----------
    failed_with
        The sentence of the first error, "" while there is none.
    """

    def __init__(self) -> None:
        self.failed_with = ""

    def choose_video(self, folder: str) -> str:
        return ""

    def choose_project(self, folder: str) -> str:
        return ""

    def choose_save_path(self, suggestion: str) -> str:
        return ""

    def about_unsaved(self, name: str) -> Answer:
        return "discard"

    def open_previous(self, sentence: str, previous: Path) -> bool:
        self.show_error(sentence)
        return False

    def relink(self, reference: MediaReference, folder: Path) -> MediaReference | None:
        self.show_error(f"“{Path(reference.path).name}” is not where the project says.")
        return None

    def delete_detector(self, title: str) -> bool:
        return False

    def stop_learning(self) -> bool:
        return True

    def show_error(self, sentence: str) -> None:
        self.failed_with = self.failed_with or sentence


class Screenshot(QObject):
    """Opens a file as a person would, waits until nothing new arrives, and saves the window."""

    def __init__(self, window: MainWindow, questions: SilentQuestions, path: Path | None, out: Path) -> None:
        super().__init__(window)
        self._window = window
        self._questions = questions
        self._path = path
        self._out = out
        self._seconds_to_interactive = 0.0
        self._started_s = self._last_news_s = time.monotonic()
        self._is_framed = False
        self._frame_position: int | None = None
        self._edited_s = self._mixed_s = 0.0
        window.session.project_changed.connect(self._note_edit)
        window.player.peaks.connect(self._note_mix)
        window.player.frame_shown.connect(self._note_frame)
        self._look = QTimer(self)
        self._look.setInterval(_LOOK_EVERY_MS)
        self._look.timeout.connect(self._look_again)
        player = window.player
        for news in (
            player.frame_shown,
            player.peaks,
            player.thumbnail,
            window.session.project_changed,
            window.sounds.offered,
        ):
            news.connect(self._note_news)

    def start(self, seconds_to_interactive: float) -> None:
        """Begin, now that the window is on screen."""
        self._seconds_to_interactive = seconds_to_interactive
        start_children(self._window)
        load_timeline_early()
        if self._path is not None:
            self._window.documents.open_path(self._path)
        self._look.start()

    def _note_news(self, *_news: object) -> None:
        self._last_news_s = time.monotonic()

    def _look_again(self) -> None:
        now_s = time.monotonic()
        if self._questions.failed_with:
            self._quit(1, self._questions.failed_with)
        elif now_s - self._started_s > _PATIENCE_S:
            self._quit(1, f"The window was not ready after {_PATIENCE_S / 60:.0f} minutes.")
        elif not self._is_settled(now_s):
            return
        elif self._path is not None and not self._is_framed:
            self._frame_a_hit()
        else:
            self._save()

    def _is_settled(self, now_s: float) -> bool:
        window = self._window
        if now_s - self._last_news_s < _QUIET_S:
            return False
        if self._path is None:
            return True
        return (
            window.session.project is not None
            and not window.analysis.is_running
            and not window.sounds.is_busy
            and (self._mixed_s > self._edited_s or now_s - self._edited_s > _MIX_PATIENCE_S)
            and self._frame_position == window.transport.frame_start()
        )

    def _note_edit(self, *_projects: object) -> None:
        self._edited_s = time.monotonic()

    def _note_mix(self, _peaks: object) -> None:
        self._mixed_s = time.monotonic()

    def _note_frame(self, _frame: object, _index: int, position: int) -> None:
        self._frame_position = position

    def _frame_a_hit(self) -> None:
        """Show a hit in the middle, with its sounds, as someone at work would have it."""
        self._is_framed = True
        project = self._window.session.project
        if project is not None and project.shown_hits:
            hits = project.shown_hits
            self._window.commands.go_to(hits[min(_SHOWN_HIT, len(hits) - 1)])
        self._note_news()

    def _save(self) -> None:
        self._window.status_bar.clear_message()
        if not self._window.grab().save(str(self._out)):
            self._quit(1, f"“{self._out}” can't be written.")
            return
        loaded = [name for name in HEAVY_MODULES if name in sys.modules]
        print(f"interactive after {self._seconds_to_interactive:.2f} s")
        print(f"heavy modules in the window's process: {', '.join(loaded) or 'none'}")
        print(f"saved {self._out}")
        self._quit(0)

    def _quit(self, code: int, sentence: str = "") -> None:
        self._look.stop()
        if sentence:
            print(sentence, file=sys.stderr)
        self._window.session.undo_stack.setClean()
        self._window.close()
        QApplication.exit(code)
