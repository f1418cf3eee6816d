"""Opening a media file safely, and turning libav's complaints into sentences.

Files come from anywhere, so a file may only be read as one of the container formats below (no playlists
that fetch addresses, no text rendered as video) and only from the disk. Names are passed with the `file:`
prefix: a colon or a percent sign in a name then means nothing special.
"""

from __future__ import annotations

import stat
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import av
import av.error
import av.logging
from av.audio.stream import AudioStream
from av.container import InputContainer

from engine.errors import MediaError
from engine.project.durable import reason

CONTAINER_FORMATS = (
    "mov,matroska,webm,avi,mpegts,mpeg,flv,live_flv,asf,ogg,mxf,dv,ivf,nut,yuv4mpegpipe,gif,rm,swf,"
    "wav,w64,aiff,caf,mp3,flac,aac,ac3,eac3,ape,wv,tta,au,amr,gsm,opus"
)
"""Names of the libav demuxers a file may be read with."""

DECODER_OPTIONS = {"max_pixels": str(16384 * 8640)}
"""A damaged header can announce a picture of gigabytes; this size is beyond any camera."""

_OPEN_OPTIONS = {"protocol_whitelist": "file", "format_whitelist": CONTAINER_FORMATS, **DECODER_OPTIONS}

# Silent, and not "panic only": any numeric level makes libav's threads call into Python to log, and they
# deadlock with a decoder that is being freed while it holds the interpreter's lock.
av.logging.set_level(None)

LIBAV_ERRORS = (av.error.FFmpegError, MemoryError)
"""What PyAV raises on a file it can't cope with, apart from what the disk can't do."""


@contextmanager
def media_errors(path: Path) -> Iterator[None]:
    """Inside this block, an error of libav or of the disk becomes a `MediaError` about `path`."""
    try:
        yield
    except (*LIBAV_ERRORS, OSError) as error:
        raise MediaError(sentence_about(path, error)) from error


def sentence_about(path: Path, error: BaseException) -> str:
    """One sentence for a person: what can't be done with `path`, and why."""
    name = f"“{path.name}”"
    if isinstance(error, FileNotFoundError):
        return f"{name} does not exist in {path.absolute().parent}."
    if isinstance(error, PermissionError):
        return f"{name} can't be read: you have no permission to open it."
    if isinstance(error, IsADirectoryError):
        return f"{name} is a folder, not a video or sound file."
    if isinstance(error, MemoryError):
        return f"{name} can't be read: it needs more memory than there is; it may be damaged."
    if isinstance(error, av.error.DecoderNotFoundError):
        return f"{name} can't be decoded: it is coded in a way this program can't read."
    if isinstance(error, OSError):
        return f"{name} can't be read: {reason(error)}."
    return f"{name} is not a video or sound file, or it is damaged beyond reading."


def require_readable_file(path: Path) -> None:
    """Raise a `MediaError` unless `path` is a file that is there, has content and may be read."""
    with media_errors(path):
        if path.is_dir():
            raise IsADirectoryError(str(path))
        status = path.stat()
        if not stat.S_ISREG(status.st_mode):
            # A pipe would keep us waiting, and nothing in it can be looked at twice.
            raise MediaError(f"“{path.name}” is a pipe or a device; a video or sound has to be a file.")
        with path.open("rb"):
            pass
    if status.st_size == 0:
        raise MediaError(f"“{path.name}” is empty (0 bytes): nothing was ever written into it.")


@contextmanager
def open_media(path: Path) -> Iterator[InputContainer]:
    """The file opened for reading, closed at the end of the block; libav's errors become sentences.

    Raises
    ------
    MediaError
        When the file can't be opened, or libav fails inside the block.
    """
    with media_errors(path):
        container = open_container(path)
        try:
            yield container
        finally:
            container.close()


def open_container(path: Path) -> InputContainer:
    """The file opened for reading, for those who keep it open; raises libav's own errors."""
    options: dict[str, Any] = dict(_OPEN_OPTIONS)
    return av.open(f"file:{path.absolute()}", mode="r", options=options, metadata_errors="surrogateescape")


def sound_streams(container: InputContainer) -> list[AudioStream]:
    """The sound streams of an open file that this program can decode, in order."""
    return [
        stream
        for stream in container.streams.audio
        if stream.codec_context is not None
        and stream.sample_rate
        and stream.channels
        and stream.time_base is not None
    ]
