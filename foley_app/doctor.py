"""Looks the machine over and says what is there, what is missing and what to do about it.

Runs without any Qt library: whatever might fail to load is tried in a process of its own.
"""

from __future__ import annotations

import importlib.metadata
import platform
import re
import shutil
import sqlite3
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

import engine

State = Literal["ok", "note", "broken"]

_PACKAGES = (
    "av",
    "opencv-python-headless",
    "soundfile",
    "soxr",
    "sounddevice",
    "numpy",
    "scipy",
    "numba",
    "torch",
    "torchvision",
    "torchaudio",
    "librosa",
    "PySide6-Essentials",
    "pyqtgraph",
)
_FREE_SPACE_WANTED_GIB = 2.0
_IMPORT_LIMIT_S = 120


@dataclass(frozen=True, slots=True)
class Finding:
    """One line of the report.

    `state` is "ok", "note" (something does less than it could) or "broken" (the command line or the
    window can't do its work); `advice` says what to do, and is empty when nothing needs doing.
    """

    name: str
    state: State
    found: str
    advice: str = ""


def examine(on_step: Callable[[str], None] = lambda name: None) -> Iterator[Finding]:
    """Examine everything, one finding at a time; `on_step` hears what is looked at next."""
    checks: tuple[tuple[str, Callable[[], Iterator[Finding]]], ...] = (
        ("versions", _versions),
        ("picture and sound codecs", _codecs),
        ("torch", _torch),
        ("window", _window),
        ("sound output", _audio),
        ("sounds and models", _bundled),
        ("database", _database),
        ("folders", _folders),
    )
    for name, check in checks:
        on_step(name)
        yield from check()


def _versions() -> Iterator[Finding]:
    python = platform.python_version()
    supported = (3, 11) <= sys.version_info[:2] < (3, 14)
    yield Finding(
        "Python",
        "ok" if supported else "broken",
        f"{python} on {platform.system()} {platform.machine()}",
        "" if supported else "Use Python 3.11, 3.12 or 3.13.",
    )
    yield Finding("Foley editor", "ok", engine.__version__)
    missing, found = [], []
    for name in _PACKAGES:
        try:
            found.append(f"{name} {importlib.metadata.version(name)}")
        except importlib.metadata.PackageNotFoundError:
            missing.append(name)
    yield Finding("Packages", "ok", ", ".join(found))
    if missing:
        yield Finding("Packages", "broken", f"missing: {', '.join(missing)}", "Run the set-up again.")


def _codecs() -> Iterator[Finding]:
    try:
        import av
        import av.codec
    except ImportError as error:
        yield Finding("PyAV", "broken", str(error), "Run the set-up again.")
        return
    decoders = ("h264", "hevc", "prores", "vp9", "av1", "mpeg4", "dnxhd", "mjpeg")
    encoders = ("aac", "pcm_s16le", "pcm_s24le", "flac", "alac", "libopus")
    no_decoder = [name for name in decoders if not _has_codec(av, name, "r")]
    no_encoder = [name for name in encoders if not _has_codec(av, name, "w")]
    usable = [name for name in decoders if name not in no_decoder]
    yield Finding(
        "Reads",
        "note" if no_decoder else "ok",
        ", ".join(usable),
        f"This PyAV lacks {', '.join(no_decoder)}; such videos will not open." if no_decoder else "",
    )
    yield Finding(
        "Writes",
        "broken" if "aac" in no_encoder else "note" if no_encoder else "ok",
        ", ".join(name for name in encoders if name not in no_encoder),
        f"This PyAV can't write {', '.join(no_encoder)}." if no_encoder else "",
    )


def _has_codec(av: object, name: str, mode: Literal["r", "w"]) -> bool:
    try:
        av.Codec(name, mode)  # type: ignore[attr-defined]
    except ValueError:
        return False
    return True


def _run_python(code: str) -> tuple[bool, str]:
    """Whether a snippet runs in a fresh interpreter, and its last line of output."""
    try:
        ended = subprocess.run(
            [sys.executable, "-c", code],
            capture_output=True,
            text=True,
            timeout=_IMPORT_LIMIT_S,
            check=False,
        )
    except subprocess.TimeoutExpired:
        return False, f"did not answer within {_IMPORT_LIMIT_S} s"
    text = (ended.stdout if ended.returncode == 0 else ended.stderr).strip()
    last = text.splitlines()[-1] if text else f"ended with code {ended.returncode}"
    return ended.returncode == 0, re.sub(r"^\w+(Error|Exception): ", "", last)


def _torch() -> Iterator[Finding]:
    code = (
        "import torch, torchvision, torchaudio\n"
        "gpu = torch.cuda.get_device_name(0) if torch.cuda.is_available() else ''\n"
        "print(f'GPU: {gpu}' if gpu else f'CPU, {torch.get_num_threads()} threads')"
    )
    works, said = _run_python(code)
    advice = (
        ""
        if works
        else "torch, torchvision and torchaudio must come from one build; the set-up installs one that fits."
    )
    yield Finding("torch", "ok" if works else "note", said, advice)


def _window() -> Iterator[Finding]:
    works, said = _run_python(
        "from PySide6 import QtCore, QtGui, QtWidgets, QtOpenGLWidgets; print('Qt', QtCore.qVersion())"
    )
    advice = "" if works else "The window can't open, the command line works. Install the library it names."
    yield Finding("Window", "ok" if works else "note", said, advice)


def _audio() -> Iterator[Finding]:
    works, said = _run_python(
        "import sounddevice as s\n"
        "names = [d['name'] for d in s.query_devices() if d['max_output_channels'] > 0]\n"
        "print(', '.join(names))"
    )
    if not works:
        advice = "Playback is silent until PortAudio is there (Debian: libportaudio2)."
        yield Finding("Sound output", "note", said, advice)
    elif said.startswith("ended with code"):
        yield Finding("Sound output", "note", "no output device", "Playback is silent; export works.")
    else:
        yield Finding("Sound output", "ok", said)


def _bundled() -> Iterator[Finding]:
    from engine.bundled import demo_video, resources_folder

    demo = demo_video()
    yield Finding(
        "Demo",
        "ok" if demo.is_file() else "broken",
        f"{demo.stat().st_size / 1000:.0f} kB" if demo.is_file() else f"not in {resources_folder()}",
        "" if demo.is_file() else "Install the program again.",
    )
    from engine.project.materials import MATERIALS
    from engine.synthesis.kit import KitRecipe, synthesise

    sizes = [synthesise(KitRecipe(name, "hit", seed=1, strength=0.7)).size for name in MATERIALS]
    yield Finding("Sound kit", "ok" if all(sizes) else "broken", f"{len(MATERIALS)} materials")
    from engine.analysis.analyse import model_names

    yield Finding("Detectors", "ok", ", ".join(model_names()))


def _database() -> Iterator[Finding]:
    connection = sqlite3.connect(":memory:")
    try:
        connection.execute("CREATE VIRTUAL TABLE sounds USING fts5(name)")
        has_search = True
    except sqlite3.OperationalError:
        has_search = False
    finally:
        connection.close()
    yield Finding(
        "SQLite",
        "ok" if has_search else "note",
        f"{sqlite3.sqlite_version}, full-text search {'yes' if has_search else 'no'}",
        "" if has_search else "Text search in the library needs a Python whose SQLite has FTS5.",
    )


def _folders() -> Iterator[Finding]:
    from engine.user_folders import cache_folder, journals_folder

    for name, path in (
        ("Cache folder", cache_folder()),
        ("Recovery folder", journals_folder()),
    ):
        yield _writable(name, path)


def _writable(name: str, path: Path) -> Finding:
    try:
        path.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryFile(dir=path):
            free_gib = shutil.disk_usage(path).free / 2**30
    except OSError as error:
        advice = "Give yourself write access to it, or free some space."
        return Finding(name, "broken", f"{path}: {error.strerror}", advice)
    short = free_gib < _FREE_SPACE_WANTED_GIB
    return Finding(
        name,
        "note" if short else "ok",
        f"{path}, {free_gib:.1f} GiB free",
        f"Less than {_FREE_SPACE_WANTED_GIB:g} GiB is free; proxies and exports may not fit."
        if short
        else "",
    )
