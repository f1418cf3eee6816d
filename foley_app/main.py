"""`foley-app [VIDEO|PROJECT]`: starts the window, and takes its picture when asked to."""

from __future__ import annotations

import argparse
import logging
import os
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import engine

if TYPE_CHECKING:
    from PySide6.QtCore import QSize


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the program; gives its exit code."""
    options = _parser().parse_args(arguments)
    logging.basicConfig(
        level=logging.DEBUG if options.verbose else logging.WARNING, format="%(name)s: %(message)s"
    )
    path = _path_to_open(options)
    if options.screenshot is not None and path is not None and not path.exists():
        print(f"“{path.name}” is not there (looked in {path.absolute().parent}).", file=sys.stderr)
        return 1

    if not _has_screen():
        if options.screenshot is None:
            print("There is no screen to open a window on; “foley” works without one.", file=sys.stderr)
            return 1
        os.environ["QT_QPA_PLATFORM"] = "offscreen"

    from PySide6.QtCore import QSettings
    from PySide6.QtWidgets import QApplication

    from engine.user_folders import journals_folder
    from foley_app.engine_client import EngineClient
    from foley_app.main_window import PROGRAM_NAME, MainWindow
    from foley_app.player_client import PlayerClient
    from foley_app.session import Session
    from foley_app.settings import THEME, Settings
    from foley_app.startup import FirstPaint, install_error_reporting, start
    from foley_app.theme.icons import icon
    from foley_app.theme.theme import apply_theme

    application = QApplication(sys.argv[:1])
    application.setApplicationName(PROGRAM_NAME)
    application.setDesktopFileName("foley-editor")
    application.setWindowIcon(icon("drumstick"))
    with tempfile.TemporaryDirectory(prefix="foley-fresh-") as fresh:
        # A screenshot shows the program as it comes, and leaves the person's settings and journals alone.
        store = None
        if options.screenshot is not None:
            store = QSettings(str(Path(fresh) / "settings.ini"), QSettings.Format.IniFormat)
        settings = Settings(store)
        if options.theme is not None:
            settings.set(THEME, options.theme)
        apply_theme(application, settings.value(THEME))
        questions, journals = None, journals_folder()
        if options.screenshot is not None:
            from foley_app.screenshot import SilentQuestions

            questions = SilentQuestions()
            journals = Path(fresh) / "journals"
        window = MainWindow(Session(), EngineClient(), PlayerClient(), settings, journals, questions)
        install_error_reporting(window)
        if options.size is not None:
            window.setMinimumSize(1, 1)
            window.resize(options.size)
        first_paint = FirstPaint(window)
        if questions is not None:
            from foley_app.screenshot import Screenshot

            shot = Screenshot(window, questions, path, Path(options.screenshot or ""))
            first_paint.done.connect(shot.start)
        else:
            first_paint.done.connect(lambda _seconds: start(window, path))
        window.show()
        return application.exec()


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="foley-app", description="Opens a silent video, finds every hit and puts a sound on each."
    )
    parser.add_argument("path", nargs="?", metavar="VIDEO|PROJECT", help="what to open")
    parser.add_argument("--demo", action="store_true", help="open the clip that ships with the program")
    parser.add_argument(
        "--screenshot", metavar="OUT.png", help="wait for the analysis, save a picture of the window and quit"
    )
    parser.add_argument("--size", type=_size, metavar="WxH", help="size of the window, such as 1280x800")
    parser.add_argument("--theme", choices=("dark", "light"), help="dress the window this way")
    parser.add_argument("--verbose", action="store_true", help="print what the child processes say")
    parser.add_argument("--version", action="version", version=f"foley-app {engine.__version__}")
    return parser


def _path_to_open(options: argparse.Namespace) -> Path | None:
    if options.demo:
        from engine.bundled import demo_video

        return demo_video()
    return Path(options.path) if options.path else None


def _has_screen() -> bool:
    """Whether Qt will find somewhere to put a window; it would end the program where there is nothing."""
    if sys.platform in ("win32", "darwin"):
        return True
    return any(os.environ.get(name) for name in ("DISPLAY", "WAYLAND_DISPLAY", "QT_QPA_PLATFORM"))


def _size(text: str) -> QSize:
    from PySide6.QtCore import QSize

    try:
        width, height = (int(part) for part in text.lower().split("x"))
    except ValueError:
        raise argparse.ArgumentTypeError(f"“{text}” is no size; write it as 1280x800") from None
    if not (320 <= width <= 16_384 and 240 <= height <= 16_384):
        raise argparse.ArgumentTypeError(f"“{text}” is too small or too large")
    return QSize(width, height)


if __name__ == "__main__":
    sys.exit(main())
