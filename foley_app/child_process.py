"""A child process that speaks `engine.wire`, seen from the window: start, send, receive, notice its end.

Nothing here blocks the window: writes are buffered by `QProcess`, messages arrive through the event
loop. The child ends by itself when its standard input closes, whatever happens to the window.
"""

from __future__ import annotations

import logging
import os
import shutil
import sys
import tempfile
from collections import deque
from dataclasses import dataclass
from pathlib import Path

import psutil
from PySide6.QtCore import QObject, QProcess, QProcessEnvironment, Signal

import engine
from engine.wire import Message, MessageDecoder, WireError, encode_message

_LAST_LINES = 40
_STOP_PATIENCE_MS = 2000
_MAPS_PREFIX = "foley-maps-"

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class ChildEnd:
    """How a child ended without being asked to.

    Attributes
    ----------
    reason
        Half a sentence for the person, such as "it crashed (signal 11)".
    last_words
        The last lines it wrote to standard error; for a log, not for a dialog.
    """

    reason: str
    last_words: str


class ChildProcess(QObject):
    """One running `python -m MODULE` at the other end of a pair of pipes.

    It may be started again after it ended; messages sent while it isn't running are dropped. A child that
    `maps_arrays` is given `--maps FOLDER`: where it creates its mapped arrays, and what is removed when it
    ends (by the child itself, should the window die first).

    Signals
    -------
    message_received(dict)
        A message from the child.
    ended(ChildEnd)
        The child ended and nobody had called `stop`.
    """

    message_received = Signal(object)
    ended = Signal(object)

    def __init__(self, module: str, parent: QObject | None = None, *, maps_arrays: bool = False) -> None:
        super().__init__(parent)
        self._module = module
        self._maps_arrays = maps_arrays
        self._decoder = MessageDecoder()
        self._last_lines: deque[str] = deque(maxlen=_LAST_LINES)
        self._is_wanted = False
        self._maps_folder: Path | None = None
        self._process = QProcess(self)
        self._process.setProcessEnvironment(_environment())
        self._process.readyReadStandardOutput.connect(self._read_messages)
        self._process.readyReadStandardError.connect(self._read_errors)
        self._process.finished.connect(self._on_finished)
        self._process.errorOccurred.connect(self._on_error)

    @property
    def is_running(self) -> bool:
        """Whether the child is there to be talked to."""
        return self._process.state() != QProcess.ProcessState.NotRunning

    @property
    def process_id(self) -> int:
        """The operating system's id of the child, 0 when it isn't running."""
        return int(self._process.processId())

    def start(self) -> None:
        """Start the child; a no-op when it runs."""
        if self.is_running:
            return
        self._decoder = MessageDecoder()
        self._last_lines.clear()
        self._is_wanted = True
        # -P keeps a folder called "engine" in the working directory from being taken for ours.
        flags = ["-P", "-X", "faulthandler", "-m", self._module]
        if self._maps_arrays:
            remove_orphaned_maps(Path(_memory_folder() or tempfile.gettempdir()))
            self._maps_folder = Path(
                tempfile.mkdtemp(prefix=f"{_MAPS_PREFIX}{os.getpid()}-", dir=_memory_folder())
            )
            flags += ["--maps", str(self._maps_folder)]
        self._process.start(sys.executable, flags)

    def send(self, message: Message) -> None:
        """Queue a message; returns at once."""
        if self.is_running:
            self._process.write(encode_message(message))

    def kill(self) -> None:
        """End the child now; `ended` is emitted as if it had crashed."""
        self._process.kill()

    def stop(self) -> None:
        """Ask the child to end by closing its standard input; kill it after two seconds."""
        self._is_wanted = False
        if self.is_running:
            self._process.closeWriteChannel()
            if not self._process.waitForFinished(_STOP_PATIENCE_MS):
                self._process.kill()
                self._process.waitForFinished(_STOP_PATIENCE_MS)
        self._remove_maps()

    def _read_messages(self) -> None:
        data = bytes(self._process.readAllStandardOutput().data())
        try:
            for message in self._decoder.feed(data):
                if self._is_wanted:
                    self.message_received.emit(message)
        except (WireError, ValueError) as error:
            log.error("%s sent something unreadable: %s", self._module, error)
            self._process.kill()

    def _read_errors(self) -> None:
        text = bytes(self._process.readAllStandardError().data()).decode(errors="replace")
        for line in text.splitlines():
            self._last_lines.append(line)
            log.info("%s: %s", self._module, line)

    def _on_finished(self, exit_code: int, status: QProcess.ExitStatus) -> None:
        crashed = status == QProcess.ExitStatus.CrashExit
        self._finish(f"it crashed (signal {exit_code})" if crashed else f"it ended with code {exit_code}")

    def _on_error(self, error: QProcess.ProcessError) -> None:
        # Every other error is followed by `finished`.
        if error == QProcess.ProcessError.FailedToStart:
            self._finish(f"it could not be started ({self._process.errorString()})")

    def _finish(self, reason: str) -> None:
        self._remove_maps()
        if self._is_wanted:
            self._is_wanted = False
            self.ended.emit(ChildEnd(reason, "\n".join(self._last_lines)))

    def _remove_maps(self) -> None:
        if self._maps_folder is not None:
            shutil.rmtree(self._maps_folder, ignore_errors=True)
            self._maps_folder = None


def remove_orphaned_maps(folder: Path) -> None:
    """Remove the mapped arrays of windows that were killed together with their player."""
    for maps in folder.glob(f"{_MAPS_PREFIX}*"):
        owner = maps.name.removeprefix(_MAPS_PREFIX).partition("-")[0]
        if owner.isdigit() and not psutil.pid_exists(int(owner)):
            shutil.rmtree(maps, ignore_errors=True)


def _memory_folder() -> str | None:
    """Where mapped files cost no disk writes; `None` for the system's temporary folder."""
    folder = Path("/dev/shm")
    return str(folder) if folder.is_dir() and os.access(folder, os.W_OK) else None


def _environment() -> QProcessEnvironment:
    """The window's environment, with the window's own `engine` found first."""
    environment = QProcessEnvironment.systemEnvironment()
    source = str(Path(engine.__file__).resolve().parent.parent)
    known = environment.value("PYTHONPATH", "")
    environment.insert("PYTHONPATH", source + (os.pathsep + known if known else ""))
    return environment
