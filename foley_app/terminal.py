"""What the command line shows: a progress bar for a job, sentences for errors."""

from __future__ import annotations

import contextlib
import logging
import os
import sys
import traceback
from collections.abc import Callable, Iterator
from datetime import datetime
from pathlib import Path

from engine.errors import Cancelled, UserFacingError
from engine.job import Job
from engine.user_folders import fault_folder

EXIT_OK, EXIT_FAILED, EXIT_USAGE = 0, 1, 2

log = logging.getLogger(__name__)


@contextlib.contextmanager
def progress_bar() -> Iterator[Job]:
    """A job that draws itself on standard error; nothing is drawn where nobody watches."""
    from rich.console import Console
    from rich.progress import BarColumn, Progress, TaskProgressColumn, TextColumn, TimeRemainingColumn

    columns = (TextColumn("{task.description}"), BarColumn(), TaskProgressColumn(), TimeRemainingColumn())
    console = Console(stderr=True)
    with Progress(*columns, console=console, transient=True, disable=not console.is_terminal) as bars:
        row = bars.add_task("Starting", total=1.0)
        try:
            yield Job(
                on_progress=lambda fraction, text: bars.update(row, completed=fraction, description=text)
            )
        except KeyboardInterrupt:
            raise Cancelled("stopped from the keyboard") from None


def run(command: Callable[[], None]) -> int:
    """Run a command; turn what it raises into one sentence and an exit code.

    A fault of the program itself is written to a file in the log folder, and the sentence names it.
    """
    try:
        command()
    except Cancelled:
        say("stopped; nothing was written")
        return EXIT_FAILED
    except UserFacingError as error:
        say(str(error))
        return EXIT_FAILED
    except BrokenPipeError:
        # Whoever read our output has gone, which is no fault; keep Python from complaining at exit.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return EXIT_FAILED
    except MemoryError:
        say("there is not enough memory for this")
        return EXIT_FAILED
    except Exception as error:  # noqa: BLE001 - the person gets a sentence, the traceback goes to a file
        kept = _keep_traceback()
        say(f"this is a fault of the program ({type(error).__name__}: {error}); details are in {kept}")
        return EXIT_FAILED
    return EXIT_OK


def say(sentence: str) -> None:
    """Print a sentence on standard error."""
    print(f"foley: {sentence}", file=sys.stderr)


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


def check_output(path: Path, *, suffixes: tuple[str, ...] = ()) -> None:
    """Refuse, before any work is done, a target that can't be written.

    Raises
    ------
    UserFacingError
        When the folder is missing or closed, the target is a folder, or its kind is not offered.
    """
    if path.is_dir():
        raise UserFacingError(f"{path} is a folder; name a file to write.")
    if not path.parent.is_dir():
        raise UserFacingError(f"The folder {path.parent} does not exist.")
    if not os.access(path.parent, os.W_OK):
        raise UserFacingError(f"You may not write into {path.parent}.")
    if suffixes and path.suffix.lower() not in suffixes:
        raise UserFacingError(f"“{path.name}” must end in one of {', '.join(suffixes)}.")
