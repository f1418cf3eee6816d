"""Writes the picture of a video, packet for packet, together with a new sound.

Sample 0 of the sound is at the first picture's presentation time, to the sample. The file is written
beside its target and put in place when it is complete: a full disk, a cancelled job or an error leaves
the target as it was.
"""

from __future__ import annotations

import contextlib
import os
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import av.error
import numpy as np
from numpy.typing import NDArray

from engine.errors import ExportError
from engine.job import SILENT_JOB, Job
from engine.media.containers import Container, SoundCodec, container_of
from engine.media.mux_streams import MuxedFile, choose_sound_codec, pixel_shape, require_copyable
from engine.media.packet_index import indexed_pictures
from engine.media.probe import MediaInfo, require_video
from engine.media.source import open_media
from engine.media.timecode_track import add_timecode_track
from engine.project.durable import (
    flush_file,
    flush_folder,
    name_beside,
    reason,
    remove_leftovers,
)
from engine.project.timebase import SAMPLE_RATE, TimecodeError, TimecodeFormat, supports_drop_frame

_LAYOUTS = {1: "mono", 2: "stereo"}


@dataclass(frozen=True, slots=True)
class MuxReport:
    """What was written. `left_out` names, in words for a person, what the container could not hold."""

    path: Path
    sound_codec: SoundCodec
    left_out: tuple[str, ...] = ()


def mux(
    video_path: Path | str,
    out_path: Path | str,
    blocks: Iterable[NDArray[np.float32]],
    *,
    sample_rate: int = SAMPLE_RATE,
    channels: int,
    codec: SoundCodec | None = None,
    keep_original_audio: bool = False,
    start_timecode: str | None = None,
    job: Job = SILENT_JOB,
) -> MuxReport:
    """Write the picture of `video_path` with a new sound to `out_path`.

    The picture's packets are copied unchanged. Tags, chapters, subtitles, rotation and colour are kept as
    far as the container can hold them.

    Parameters
    ----------
    video_path
        Where the picture comes from.
    out_path
        The file to write; its suffix chooses the container. Replaced when it exists.
    blocks
        The sound, float32 (frames, channels) each; sample 0 belongs to the first picture.
    sample_rate
        Of the blocks, in Hz.
    channels
        1 or 2.
    codec
        One of `codecs_for(suffix)`; the container's usual one when None.
    keep_original_audio
        Whether the video's own sound streams follow the new one. The new sound comes first and is the one
        that players play.
    start_timecode
        Timecode of the first picture, such as "01:00:00:00" (";" before the frames counts drop-frame); as
        in `video_path` when None.
    job
        Progress and cancellation.

    Raises
    ------
    MediaError
        When the video can't be read.
    ExportError
        When the container can't hold the picture or the sound, or the file can't be written.
    """
    video_path, out_path = Path(video_path), Path(out_path)
    container, sound_codec, info = require_muxable(video_path, out_path, codec)
    assert info.video is not None
    timecode = _timecode(start_timecode or info.video.start_timecode, info, is_asked_for=bool(start_timecode))
    pictures = indexed_pictures(video_path)
    with _written_beside(out_path) as beside:
        with MuxedFile(beside, container, info, pictures) as file:
            file.add_sound(blocks, sound_codec, sample_rate=sample_rate, layout=_LAYOUTS[channels])
            if keep_original_audio:
                file.add_original_sound()
            file.add_subtitles()
            file.add_tags(timecode.text if timecode and not container.has_edit_list else None)
            file.write(job)
            left_out = file.left_out
        shape = pixel_shape(video_path, pictures.source.stream_number)
        if pixel_shape(beside, 0) != shape:
            # libav's matroska muxer takes it from where PyAV can't put it.
            left_out = (*left_out, f"the shape of its pixels ({shape.numerator}:{shape.denominator})")
        if timecode and container.has_edit_list:
            add_timecode_track(beside, timecode.frame, timecode.format)
        job.check()
    return MuxReport(out_path, sound_codec, left_out)


def require_muxable(
    video_path: Path, out_path: Path, codec: SoundCodec | None = None
) -> tuple[Container, SoundCodec, MediaInfo]:
    """Refuse at once what `mux` could not write, for those who have long work to do before.

    Returns
    -------
    tuple
        The container, the sound codec that it will hold, and what is known of the video.

    Raises
    ------
    MediaError
        When the video can't be read.
    ExportError
        When the container can't hold the picture or the sound, or would overwrite the video.
    """
    container = container_of(out_path)
    sound_codec = choose_sound_codec(container, codec)
    info = require_video(video_path)
    if out_path.exists() and out_path.samefile(video_path):
        raise ExportError(f"“{out_path.name}” is the video itself; choose another name for the export.")
    number = indexed_pictures(video_path).source.stream_number
    with open_media(video_path) as opened:
        require_copyable(opened.streams.video[number], container, opened, info)
    return container, sound_codec, info


@dataclass(frozen=True, slots=True)
class _Timecode:
    text: str
    frame: int
    format: TimecodeFormat


def _timecode(text: str | None, info: MediaInfo, *, is_asked_for: bool) -> _Timecode | None:
    """The start timecode as text and number; one in the source that makes no sense is left out."""
    if not text:
        return None
    assert info.video is not None
    rate = info.video.frame_rate
    counted = TimecodeFormat(rate, drop_frame=";" in text and supports_drop_frame(rate))
    try:
        return _Timecode(text, counted.parse(text), counted)
    except TimecodeError as error:
        if is_asked_for:
            raise ExportError(f"The start timecode can't be written: {error}.") from error
        return None


@contextmanager
def _written_beside(path: Path) -> Iterator[Path]:
    """A path next to `path` to write to; put in its place at the end, removed after any failure."""
    path = Path(os.path.realpath(path))  # a link stays a link to the file it names
    beside = name_beside(path)
    try:
        with _write_errors(path):
            remove_leftovers(path)
            yield beside
            with beside.open("rb+") as file:
                flush_file(file.fileno())
            beside.replace(path)
            flush_folder(path.parent)
    except BaseException:
        with contextlib.suppress(OSError):
            beside.unlink(missing_ok=True)
        raise


@contextmanager
def _write_errors(path: Path) -> Iterator[None]:
    """Errors of the disk and of libav's muxers as sentences about `path`."""
    try:
        yield
    except OSError as error:
        was = " The file that was there is untouched." if path.exists() else ""
        raise ExportError(f"“{path.name}” can't be written: {reason(error)}.{was}") from error
    except av.error.FFmpegError as error:
        raise ExportError(
            f"“{path.name}” can't be written: its container refuses this picture or sound ({error.strerror})."
        ) from error
