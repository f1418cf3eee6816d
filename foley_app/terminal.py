"""What the command line shows: a progress bar for a job, what was done, and sentences for errors."""

from __future__ import annotations

import contextlib
import io
import logging
import os
import signal
import sys
import traceback
from collections.abc import Callable, Iterator
from datetime import datetime
from pathlib import Path
from types import FrameType
from typing import Any

from engine.errors import Cancelled, UserFacingError
from engine.job import Job
from engine.project.durable import reason
from engine.user_folders import fault_folder

EXIT_OK, EXIT_FAILED, EXIT_USAGE = 0, 1, 2

_STOP_SIGNALS = tuple(
    getattr(signal, name) for name in ("SIGINT", "SIGTERM", "SIGHUP") if hasattr(signal, name)
)

log = logging.getLogger(__name__)


class _Stopped(BaseException):
    """Somebody pressed Ctrl-C, closed the terminal or asked the process to end.

    No `Exception`: on its way out nothing may take it for a failure it knows how to handle.
    """


class _Outcome:
    """What a command has put in place so far, for the sentence of one that is stopped."""

    written: tuple[str, ...] = ()


@contextlib.contextmanager
def progress_bar() -> Iterator[Job]:
    """A job that draws itself on standard error; nothing is drawn where nobody watches."""
    from rich.console import Console
    from rich.progress import BarColumn, Progress, TaskProgressColumn, TextColumn, TimeRemainingColumn

    # Texts hold file and track names: a bracket in one is no markup.
    text = TextColumn("{task.description}", markup=False)
    columns = (text, BarColumn(), TaskProgressColumn(), TimeRemainingColumn())
    console = Console(stderr=True)
    with Progress(
        *columns,
        console=console,
        transient=True,
        disable=not console.is_terminal,
        redirect_stdout=False,
        redirect_stderr=False,
    ) as bars:
        row = bars.add_task("Starting", total=1.0)
        yield Job(
            on_progress=lambda fraction, text: bars.update(row, completed=fraction, description=text),
            on_event=_note_event,
        )


def tell(*reports: object) -> None:
    """Say on standard output what was done; that nobody reads it any more stops no work."""
    try:
        for report in reports:
            print(report)
        if sys.stdout is not None:
            sys.stdout.flush()
    except OSError:
        _silence_standard_output()


def hand_out(text: str) -> None:
    """Write a result to standard output.

    Raises
    ------
    UserFacingError
        When standard output is closed or full.
    BrokenPipeError
        When its reader has gone.
    """
    if sys.stdout is None:
        raise UserFacingError("Standard output is closed, so nothing can be written to it.")
    try:
        sys.stdout.write(text)
        sys.stdout.flush()
    except BrokenPipeError:
        raise
    except OSError as error:
        _silence_standard_output()
        raise UserFacingError(f"Standard output can't be written: {reason(error)}.") from error


def say(sentence: str) -> None:
    """Print a sentence on standard error."""
    if sys.stderr is not None:
        # Where standard error is full there is no place left to complain.
        with contextlib.suppress(OSError):
            print(f"foley: {sentence}", file=sys.stderr, flush=True)


def note_written(path: Path | str) -> None:
    """Remember that a file was put in place, so that stopping later does not deny it."""
    _Outcome.written = (*_Outcome.written, str(path))


def run(command: Callable[[], None]) -> int:
    """Run a command; turn what it raises into one sentence and an exit code.

    A fault of the program itself is written to a file in the log folder, and the sentence names it.
    """
    _Outcome.written = ()
    _accept_any_name()
    try:
        with _stopped_by_signals():
            command()
    except (_Stopped, Cancelled):
        say(f"stopped; {_what_was_written()}")
        return EXIT_FAILED
    except UserFacingError as error:
        say(str(error))
        return EXIT_FAILED
    except BrokenPipeError:
        # Whoever read our output has gone, which is no fault.
        _silence_standard_output()
        return EXIT_FAILED
    except MemoryError:
        say("there is not enough memory for this")
        return EXIT_FAILED
    except Exception as error:  # noqa: BLE001 - the person gets a sentence, the traceback goes to a file
        kept = _keep_traceback()
        say(f"this is a fault of the program ({type(error).__name__}: {error}); details are in {kept}")
        return EXIT_FAILED
    return EXIT_OK


@contextlib.contextmanager
def _stopped_by_signals() -> Iterator[None]:
    """In this block a signal to end raises `_Stopped`, once: what cleans up then is left in peace."""

    def stop(number: int, frame: FrameType | None) -> None:
        for each in before:
            signal.signal(each, signal.SIG_IGN)
        raise _Stopped

    # One that is ignored was meant to be, by `nohup` or for a job in the background.
    before = {
        number: signal.getsignal(number)
        for number in _STOP_SIGNALS
        if signal.getsignal(number) not in (signal.SIG_IGN, None)
    }
    for number in before:
        signal.signal(number, stop)
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


def _what_was_written() -> str:
    return f"written so far: {', '.join(_Outcome.written)}" if _Outcome.written else "nothing was written"


def _note_event(event: dict[str, Any]) -> None:
    if event.get("event") == "written":
        note_written(event["path"])
    elif event.get("event") == "note":
        say(event["sentence"])


def _accept_any_name() -> None:
    """Let standard output show every file name, whatever the terminal's encoding holds."""
    if isinstance(sys.stdout, io.TextIOWrapper) and sys.stdout.errors == "strict":
        sys.stdout.reconfigure(errors="backslashreplace")


def _silence_standard_output() -> None:
    """Send what is still in standard output's buffer nowhere, or Python would complain at its exit."""
    if isinstance(sys.stdout, io.TextIOWrapper):
        nowhere = os.open(os.devnull, os.O_WRONLY)
        os.dup2(nowhere, sys.stdout.fileno())
        os.close(nowhere)


def _keep_traceback() -> Path | str:
    folder = fault_folder()
    try:
        folder.mkdir(parents=True, exist_ok=True)
        path = folder / f"fault-{datetime.now():%Y%m%d-%H%M%S}-{os.getpid()}.txt"
        path.write_text(traceback.format_exc())
    except OSError:
        log.exception("the log folder can't be written")
        return "the lines above"
    return path
