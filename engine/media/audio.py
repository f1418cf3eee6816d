"""Sound of a video, in time with its picture, and short sound files.

Conventions
-----------
Samples are float32 in [-1, 1] (codecs may exceed it a little), shape (frames, channels). Sample 0 of a
video's sound is at the presentation time of its first picture: sound before it is cut, and where the
sound begins later, or has holes, there is silence. What encoders put in front of the sound (priming) is
already taken out by libav.
"""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction
from pathlib import Path

import av.error
import numpy as np
import soundfile
import soxr
from av.audio.frame import AudioFrame
from av.audio.resampler import AudioResampler
from av.audio.stream import AudioStream
from av.container import InputContainer
from numpy.typing import NDArray

from engine.errors import MediaError
from engine.job import SILENT_JOB, Job
from engine.media.packet_index import indexed_pictures
from engine.media.picture_stream import picture_stream_number
from engine.media.source import open_media, require_readable_file, sound_streams
from engine.project.timebase import SAMPLE_RATE

Samples = NDArray[np.float32]

# Codecs need some sound before they are right again after a seek.
_PRE_ROLL_S = Fraction(1, 2)
# Time stamps in whole milliseconds wobble; only a larger step is a hole or an overlap.
_TIME_STAMP_SLACK_S = 0.005
_LONGEST_SILENCE_BLOCK = 1 << 16


def read_audio(
    path: Path | str,
    *,
    sample_rate: int = SAMPLE_RATE,
    channels: int | None = None,
    start_s: float = 0.0,
    end_s: float | None = None,
    job: Job = SILENT_JOB,
) -> Samples:
    """The sound of a video (or sound file) at `start_s` <= time < `end_s`.

    Parameters
    ----------
    path
        The file; its first sound stream is read.
    sample_rate
        Rate in Hz to convert to.
    channels
        1 or 2 to mix down or up to; as in the file when None.
    start_s, end_s
        Range in seconds, relative to the first picture.
    job
        Checked for cancellation.

    Returns
    -------
    float32 (frames, channels)
        Ends where the sound ends, or at `end_s`, whichever comes first.

    Raises
    ------
    MediaError
        When the file can't be read or holds no sound that can be decoded.
    """
    blocks = list(
        audio_blocks(path, sample_rate=sample_rate, channels=channels, start_s=start_s, end_s=end_s, job=job)
    )
    return np.concatenate(blocks) if len(blocks) != 1 else blocks[0]


def audio_blocks(
    path: Path | str,
    *,
    sample_rate: int = SAMPLE_RATE,
    channels: int | None = None,
    start_s: float = 0.0,
    end_s: float | None = None,
    stream_number: int = 0,
    job: Job = SILENT_JOB,
) -> Iterator[Samples]:
    """`read_audio` piece by piece, for files of any length. Yields at least one block, perhaps empty.

    `stream_number` chooses among the file's sound streams (those that `MediaInfo.audio` lists).
    """
    path = Path(path)
    require_readable_file(path)
    with open_media(path) as container:
        stream = _sound_stream(container, path, stream_number)
        origin_s = _origin_s(container, stream, path)
        native = _native_blocks(container, stream, origin_s + Fraction(start_s), channels, path, job)
        wanted = None if end_s is None else max(0, round((end_s - start_s) * sample_rate))
        yield from _limited(_resampled(native, stream.sample_rate, sample_rate), wanted)


def read_sound(path: Path | str) -> Samples:
    """A whole sound file at 48 kHz, float32 (frames, channels).

    Raises
    ------
    MediaError
        When the file is missing, unreadable, no sound file, or holds no sample.
    """
    path = Path(path)
    require_readable_file(path)
    try:
        samples, rate = soundfile.read(path, dtype="float32", always_2d=True)
    except (soundfile.LibsndfileError, TypeError):
        # Not one of libsndfile's formats (it reads no AAC, for one): libav knows the others.
        samples, rate = read_audio(path), SAMPLE_RATE
    if not len(samples):
        raise MediaError(f"“{path.name}” holds no sound: it has no samples.")
    if rate != SAMPLE_RATE:
        samples = soxr.resample(samples, rate, SAMPLE_RATE, quality="VHQ")
    return np.ascontiguousarray(samples, np.float32)


def _sound_stream(container: InputContainer, path: Path, number: int) -> AudioStream:
    streams = sound_streams(container)
    if number >= len(streams):
        raise MediaError(f"“{path.name}” holds no sound that can be decoded.")
    return streams[number]


def _origin_s(container: InputContainer, stream: AudioStream, path: Path) -> Fraction:
    """Time 0 on the container's clock: the first picture, or the first sound where there is none."""
    if picture_stream_number(container) is not None:
        source = indexed_pictures(path).source
        return source.first_pts * source.time_base
    assert stream.time_base is not None
    return (stream.start_time or 0) * stream.time_base


def _native_blocks(
    container: InputContainer,
    stream: AudioStream,
    start_s: Fraction,
    channels: int | None,
    path: Path,
    job: Job,
) -> Iterator[Samples]:
    """Sound from `start_s` of the container's clock on, at the stream's own rate, without holes."""
    rate, count = stream.sample_rate, channels or stream.channels
    assert stream.time_base is not None
    if start_s > _PRE_ROLL_S + (stream.start_time or 0) * stream.time_base:
        container.seek(int((start_s - _PRE_ROLL_S) / stream.time_base), stream=stream)
    written = 0
    expected: int | None = None
    for frame in _decoded_sound(container, stream, channels):
        job.check()
        block = _samples_of(frame, count)
        position = expected
        if frame.pts is not None and frame.time_base is not None:
            stamped = round((frame.pts * frame.time_base - start_s) * rate)
            if expected is None or abs(stamped - expected) > _TIME_STAMP_SLACK_S * rate:
                position = stamped
        position = written if position is None else position
        expected = position + len(block)
        while position > written:
            silence = min(position - written, _LONGEST_SILENCE_BLOCK)
            yield np.zeros((silence, count), np.float32)
            written += silence
        block = block[max(0, written - position) :]
        if len(block):
            yield block
            written += len(block)
    if expected is None and not start_s:
        raise MediaError(f"“{path.name}” holds no sound that can be decoded.")
    if not written:
        yield np.zeros((0, count), np.float32)


def _decoded_sound(
    container: InputContainer, stream: AudioStream, channels: int | None
) -> Iterator[AudioFrame]:
    """Decoded frames as planar float with the wanted channels; broken packets are passed over."""
    # libav would lower a mono sound by 3 dB on its way to stereo, so it only folds surround.
    layout = "stereo" if channels and stream.channels > 2 else stream.layout.name
    converter: AudioResampler | None = None
    shape: tuple[str, str, int] | None = None
    packets = container.demux(stream)
    while True:
        try:
            packet = next(packets, None)
        except (av.error.InvalidDataError, av.error.EOFError):
            packet = None
        is_last = packet is None or not packet.size
        try:
            decoded = stream.codec_context.decode(None if is_last else packet)
            for frame in decoded:
                if converter is None or shape != (frame.format.name, frame.layout.name, frame.sample_rate):
                    # Broadcast recordings change from stereo to surround in the middle.
                    shape = frame.format.name, frame.layout.name, frame.sample_rate
                    converter = AudioResampler(format="fltp", layout=layout, rate=stream.sample_rate)
                yield from converter.resample(frame)
        except (av.error.InvalidDataError, av.error.EOFError, av.error.PatchWelcomeError):
            pass
        if is_last:
            return


def _samples_of(frame: AudioFrame, channels: int) -> Samples:
    """Samples of a planar float frame; mono goes to both sides, and mono of stereo is their mean."""
    samples = frame.to_ndarray().T
    if samples.shape[1] > channels:
        samples = samples.mean(axis=1, keepdims=True)
    if samples.shape[1] < channels:
        samples = np.repeat(samples[:, :1], channels, axis=1)
    return np.ascontiguousarray(samples, np.float32)


def _resampled(blocks: Iterator[Samples], rate: int, wanted_rate: int) -> Iterator[Samples]:
    if rate == wanted_rate:
        yield from blocks
        return
    stream: soxr.ResampleStream | None = None
    last: Samples | None = None
    for block in blocks:
        if stream is None:
            stream = soxr.ResampleStream(rate, wanted_rate, block.shape[1], dtype="float32", quality="VHQ")
        if last is not None:
            yield stream.resample_chunk(last)
        last = block
    if stream is not None and last is not None:
        yield stream.resample_chunk(last, last=True)


def _limited(blocks: Iterator[Samples], wanted: int | None) -> Iterator[Samples]:
    """The blocks up to `wanted` samples in all."""
    left = wanted
    for block in blocks:
        if left is None:
            yield block
            continue
        yield block[:left]
        left -= min(left, len(block))
        if not left:
            return
