"""Writes a rendered clip's files in the layout of *The Greatest Hits*, whole or not at all.

All files of a clip are written under other names first and reach the disk; then they get their names, the
truth last. A clip whose truth is there is whole.
"""

from __future__ import annotations

import contextlib
import errno
import io
import wave
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path

import av
import cv2
import numpy as np
from av.audio.frame import AudioFrame
from av.audio.stream import AudioStream
from av.container import OutputContainer
from av.packet import Packet
from av.video.frame import VideoFrame
from av.video.stream import VideoStream
from numpy.typing import NDArray

from engine.errors import UserFacingError
from engine.project.durable import flush_file, flush_folder, name_beside, reason
from engine.project.timebase import SAMPLE_RATE
from training.stage.sound.clip_sound import ClipSound

TRUTH_ENDING = "_truth.json"
ENDINGS = ("_denoised.mp4", "_denoised.wav", "_times.txt", TRUTH_ENDING)
_AAC_BLOCK = 1024
_PRESETS = ("ultrafast", "superfast", "veryfast", "faster")
_PRESET_SHARES = (0.2, 0.5, 0.25, 0.05)


class StageWriteError(UserFacingError):
    """A rendered clip can't be written; what was finished before stays usable."""


@dataclass(frozen=True, slots=True)
class Compression:
    """How a clip is compressed.

    Attributes
    ----------
    crf
        x264's quality, 18 (hardly visible) to 32 (mush).
    preset
        x264's effort.
    gop
        At most so many pictures from one key picture to the next.
    b_frames
        At most so many in a row.
    sound_bit_rate
        AAC, bits per second.
    """

    crf: int
    preset: str
    gop: int
    b_frames: int
    sound_bit_rate: int


def draw_compression(rng: np.random.Generator) -> Compression:
    """Another camera, another upload."""
    return Compression(
        crf=int(rng.integers(18, 33)),
        preset=str(rng.choice(_PRESETS, p=_PRESET_SHARES)),
        gop=int(rng.choice((12, 15, 30, 60, 250))),
        b_frames=int(rng.integers(0, 4)),
        sound_bit_rate=int(rng.choice((64_000, 96_000, 128_000, 128_000, 160_000))),
    )


def clip_files(folder: Path, name: str) -> tuple[Path, ...]:
    """The files of a clip, the truth last."""
    return tuple(folder / f"{name}{ending}" for ending in ENDINGS)


def is_whole(folder: Path, name: str) -> bool:
    """Whether all files of a clip have their names; those that have were complete before."""
    return all(path.is_file() for path in clip_files(folder, name))


def write_clip(
    folder: Path,
    name: str,
    *,
    frames: Iterable[NDArray[np.uint8]],
    frame_rate: Fraction,
    size: tuple[int, int],
    sound: ClipSound,
    times: str,
    truth: str,
    compression: Compression,
) -> None:
    """Write one clip.

    Parameters
    ----------
    folder
        Is made when it isn't there.
    frames
        (height, width, 3) uint8 RGB, taken one by one.
    size
        Width and height of the pictures; both even.
    times, truth
        Contents of `NAME_times.txt` and `NAME_truth.json`.

    Raises
    ------
    StageWriteError
        The disk is full, the folder read-only, ... Nothing half-written stays.
    """
    finals = clip_files(folder, name)
    besides: dict[Path, Path] = {}
    try:
        folder.mkdir(parents=True, exist_ok=True)
        for final in finals:
            besides[final] = name_beside(final)
        mp4, wav, times_file, truth_file = (besides[final] for final in finals)
        _write_bytes(mp4, film_bytes(frames, frame_rate, size, sound.samples, compression))
        _write_bytes(wav, wave_bytes(sound.samples))
        _write_bytes(times_file, times.encode())
        _write_bytes(truth_file, truth.encode())
        for final, beside in besides.items():
            beside.replace(final)
        flush_folder(folder)
    except OSError as error:
        raise StageWriteError(_why(name, folder, error)) from error
    finally:
        for beside in besides.values():
            with contextlib.suppress(OSError):
                beside.unlink(missing_ok=True)


def wave_bytes(samples: NDArray[np.int16]) -> bytes:
    """A 16-bit mono WAV file of (n,) samples at `SAMPLE_RATE`."""
    contents = io.BytesIO()
    with wave.open(contents, "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(SAMPLE_RATE)
        file.writeframes(np.ascontiguousarray(samples, "<i2").tobytes())
    return contents.getvalue()


def replace_text(path: Path, text: str) -> None:
    """Give a small file new contents, whole or not at all.

    Raises
    ------
    StageWriteError
    """
    beside = name_beside(path)
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        _write_bytes(beside, text.encode())
        beside.replace(path)
        flush_folder(path.parent)
    except OSError as error:
        raise StageWriteError(_why(path.name, path.parent, error)) from error
    finally:
        with contextlib.suppress(OSError):
            beside.unlink(missing_ok=True)


def _write_bytes(path: Path, contents: bytes) -> None:
    with path.open("xb") as file:
        file.write(contents)
        file.flush()
        flush_file(file.fileno())


def film_bytes(
    frames: Iterable[NDArray[np.uint8]],
    frame_rate: Fraction,
    size: tuple[int, int],
    samples: NDArray[np.int16],
    compression: Compression,
) -> bytes:
    """An mp4 of pictures and sound, made in memory: it is small, and libav hides what a disk says.

    Each stream is written as far as the other, so that players needn't jump.
    """
    contents = io.BytesIO()
    # Without "bitexact" the file would name the encoder's build; the same clip is the same bytes.
    with av.open(contents, "w", format="mp4", container_options={"fflags": "+bitexact"}) as container:
        picture = _picture_stream(container, frame_rate, size, compression)
        sound = container.add_stream("aac", rate=SAMPLE_RATE, layout="mono")
        assert isinstance(sound, AudioStream)
        sound.bit_rate = compression.sound_bit_rate
        # The thorough search costs several times as much for a difference nobody hears.
        sound.codec_context.options = {"aac_coder": "fast"}
        packets = _sound_packets(sound, samples)
        for number, frame in enumerate(frames):
            for packet in picture.encode(_picture_frame(frame, number, frame_rate)):
                container.mux(packet)
            _mux_until(container, packets, (number + 1) / frame_rate)
        for packet in picture.encode(None):
            container.mux(packet)
        _mux_until(container, packets, None)
    return contents.getvalue()


def _picture_stream(
    container: OutputContainer,
    frame_rate: Fraction,
    size: tuple[int, int],
    compression: Compression,
) -> VideoStream:
    stream = container.add_stream("libx264", rate=frame_rate)
    assert isinstance(stream, VideoStream)
    stream.width, stream.height = size
    stream.pix_fmt = "yuv420p"
    codec = stream.codec_context
    codec.thread_count = 1
    codec.gop_size = compression.gop
    codec.max_b_frames = compression.b_frames
    codec.options = {"crf": str(compression.crf), "preset": compression.preset, "threads": "1"}
    return stream


def _picture_frame(image: NDArray[np.uint8], number: int, frame_rate: Fraction) -> VideoFrame:
    # OpenCV converts in a third of the time that the encoder's own scaler takes.
    planes = np.asarray(cv2.cvtColor(image, cv2.COLOR_RGB2YUV_I420), np.uint8)
    frame = VideoFrame.from_ndarray(planes, format="yuv420p")
    frame.pts = number
    frame.time_base = 1 / frame_rate
    return frame


def _sound_packets(
    stream: AudioStream, samples: NDArray[np.int16]
) -> Iterator[tuple[Fraction, list[Packet]]]:
    """The sound's packets and the time up to which they reach."""
    # One more block than there is sound would make the file longer than its picture.
    for start in range(0, samples.size, _AAC_BLOCK):
        block = samples[start : start + _AAC_BLOCK].astype(np.float32) / np.float32(32_768.0)
        frame = AudioFrame.from_ndarray(block[None, :], format="fltp", layout="mono")
        frame.sample_rate = SAMPLE_RATE
        frame.pts = start
        frame.time_base = Fraction(1, SAMPLE_RATE)
        yield Fraction(start, SAMPLE_RATE), list(stream.encode(frame))
    yield Fraction(samples.size, SAMPLE_RATE), list(stream.encode(None))


def _mux_until(
    container: OutputContainer,
    packets: Iterator[tuple[Fraction, list[Packet]]],
    time_s: Fraction | None,
) -> None:
    for reached_s, ready in packets:
        for packet in ready:
            container.mux(packet)
        if time_s is not None and reached_s >= time_s:
            return


def _why(name: str, folder: Path, error: OSError) -> str:
    text = f"“{name}” can't be written to {folder}: {reason(error)}."
    if error.errno in (errno.ENOSPC, errno.EDQUOT):
        text += " Make room and give the same command again: what is finished is kept."
    return text
