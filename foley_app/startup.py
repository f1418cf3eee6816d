"""The first seconds: child processes, the slow library, unsaved work from a crash, the file to open."""

from __future__ import annotations

import importlib
import logging
import sys
import threading
import traceback
from pathlib import Path
from types import TracebackType

from PySide6.QtCore import QEvent, QObject, QTimer, Signal

from engine.errors import UserFacingError
from foley_app.main_window import MainWindow

log = logging.getLogger(__name__)


def start(window: MainWindow, path: Path | None) -> None:
    """Start the children and open what was asked for, or offer what a crash left behind."""
    start_children(window)
    load_timeline_early()
    if path is not None:
        window.documents.open_path(path)
    else:
        offer_recovery(window)


def offer_recovery(window: MainWindow) -> None:
    """Ask what is to become of the work that a crash left behind, if there is any."""
    from engine.project.recovery import begin_opening, discard, recover

    found = recover(window.journals)
    if not found:
        return
    from foley_app.dialogs.recovery import RecoveryDialog, RecoveryRow

    rows = [
        RecoveryRow(
            name=one.name,
            details=one.description,
            can_recover=one.project is not None,
            has_file=one.last_save is not None,
            prefers_file=one.openings > 0,
        )
        for one in found
    ]
    dialog = RecoveryDialog(rows, window)

    def act() -> None:
        chosen = found[dialog.chosen]
        if dialog.answer == "recover" and chosen.project is not None:
            begin_opening(chosen)
            window.documents.restore(chosen.project, chosen.project_path, chosen.edits)
            if window.autosave.flush():
                discard(chosen)
        elif dialog.answer == "saved" and chosen.last_save is not None:
            window.documents.open_path(chosen.last_save)
        elif dialog.answer == "discard":
            discard(chosen)
            offer_recovery(window)

    dialog.finished.connect(lambda _code: act())
    dialog.finished.connect(dialog.deleteLater)
    dialog.open()


def start_children(window: MainWindow) -> None:
    """Start the engine and the player and tell the player its settings."""
    window.engine.start()
    window.jobs.show_ready()
    window.detectors.refresh()
    window.player.start()
    window.player_link.configure()
    window.library.begin()


def load_timeline_early() -> None:
    """Import the timeline's drawing library in the background while the person looks for a file."""
    threading.Thread(
        target=importlib.import_module, args=("foley_app.timeline.timeline_view",), daemon=True
    ).start()


class FirstPaint(QObject):
    """Waits until a window is on screen and would answer the next key.

    **Signals**

    done(float)
        Seconds since the process began.
    """

    done = Signal(float)

    def __init__(self, window: MainWindow) -> None:
        super().__init__(window)
        window.installEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.Paint:
            watched.removeEventFilter(self)
            # Behind everything that is already waiting, so that it is answered first.
            QTimer.singleShot(0, lambda: self.done.emit(seconds_since_start()))
        return False


def seconds_since_start() -> float:
    """Seconds since the operating system started this process."""
    import time

    import psutil

    return time.time() - psutil.Process().create_time()


def install_error_reporting(window: MainWindow) -> None:
    """Show an error that nobody caught as one sentence, and write where it came from to the log."""

    def report(kind: type[BaseException], error: BaseException, trace: TracebackType | None) -> None:
        if issubclass(kind, KeyboardInterrupt):
            sys.__excepthook__(kind, error, trace)
            return
        if isinstance(error, UserFacingError):
            window.questions.show_error(str(error))
            return
        log.error("".join(traceback.format_exception(kind, error, trace)))
        window.questions.show_error(
            f"The program made a mistake ({kind.__name__}: {error}). Your work is as it was before."
        )

    sys.excepthook = report
