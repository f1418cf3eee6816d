"""Makes tiny videos of every awkward kind, whose pictures carry their own number.

The number is drawn as two areas of gray, one per digit to base 16, so that it survives lossy coding and
scaling: `picture_number` reads it back from a decoded picture.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from fractions import Fraction
from pathlib import Path

import av
import numpy as np
from av.audio.frame import AudioFrame
from av.container import OutputContainer
from av.stream import Stream
from av.video.frame import VideoFrame
from numpy.typing import NDArray

MAX_PICTURES = 256
_DARKEST, _GRAY_STEP = 8, 16
_MUXERS = {".mkv": "matroska", ".m4v": "mp4", ".ts": "mpegts", ".mpg": "mpeg"}


def make_video(
    path: Path,
    *,
    count: int = 30,
    rate: Fraction | int = 25,
    times_s: Sequence[float] | None = None,
    size: tuple[int, int] = (64, 48),
    codec: str = "libx264",
    pixel_format: str = "yuv420p",
    gop: int = 12,
    b_frames: int = 2,
    rotation_deg: int = 0,
    sample_aspect_ratio: Fraction | None = None,
    first_time_s: float = 0.0,
    audio: NDArray[np.float32] | None = None,
    audio_codec: str = "aac",
    audio_rate: int = 48_000,
    audio_first_time_s: float = 0.0,
    codec_options: Mapping[str, str] | None = None,
    muxer_options: Mapping[str, str] | None = None,
    tags: Mapping[str, str] | None = None,
    subtitles: Iterable[tuple[float, float, str]] = (),
    chapters: Iterable[tuple[float, float, str]] = (),
) -> Path:
    """Write a video of numbered pictures.

    Parameters
    ----------
    path
        The suffix chooses the container.
    count, rate
        How many pictures, at which constant rate.
    times_s
        Presentation times instead, for a variable rate; `count` is then ignored.
    rotation_deg
        Clockwise turn a player has to make.
    first_time_s, audio_first_time_s
        Where picture and sound begin on the container's clock.
    audio
        float32 (frames, channels).
    subtitles, chapters
        (start_s, end_s, text) each.
    """
    with av.open(
        str(path),
        "w",
        format=_MUXERS.get(path.suffix, path.suffix[1:]),
        container_options=dict(muxer_options or {}),
    ) as container:
        container.metadata.update(tags or {})
        picture = _picture_stream(container, codec, Fraction(rate), size, pixel_format)
        picture.codec_context.gop_size = gop
        picture.codec_context.max_b_frames = b_frames
        picture.codec_context.options = dict(codec_options or {})
        if sample_aspect_ratio is not None:
            picture.codec_context.sample_aspect_ratio = sample_aspect_ratio
        if times_s is not None:
            picture.codec_context.time_base = Fraction(1, 90_000)
        if rotation_deg:
            picture.set_display_rotation(-rotation_deg)
        sound = None
        if audio is not None:
            sound = container.add_stream(audio_codec, rate=audio_rate, layout=_layout(audio))
        titles = container.add_mux_stream("subrip") if subtitles else None
        if chapters:
            container.set_chapters([_chapter(number, *each) for number, each in enumerate(chapters)])
        packets = [
            *_picture_packets(picture, count, Fraction(rate), times_s, size, first_time_s),
            *(_sound_packets(sound, audio, audio_rate, audio_first_time_s) if audio is not None else ()),
            *(_title_packets(titles, subtitles) if titles is not None else ()),
        ]
        for packet in sorted(packets, key=lambda packet: packet.dts * packet.time_base):
            container.mux(packet)
    return path


def with_hidden_start(whole: Path, path: Path, pictures: int) -> Path:
    """A copy of an mp4 without B-frames at 25 fps, whose edit list leaves out its first pictures."""
    with av.open(str(whole)) as source, av.open(str(path), "w") as target:
        stream = target.add_stream_from_template(source.streams.video[0], opaque=True)
        for packet in source.demux(video=0):
            if packet.size:
                hidden = round(Fraction(pictures, 25) / packet.time_base)
                packet.pts, packet.dts = packet.pts - hidden, packet.dts - hidden
                packet.stream = stream
                target.mux(packet)
    return path


def with_hidden_end(whole: Path, path: Path, shown_s: float) -> Path:
    """A copy of an mp4 whose edit list ends early, as phones do when a video is trimmed."""
    contents = bytearray(whole.read_bytes())
    entry = contents.index(b"elst") + 12
    contents[entry : entry + 4] = round(shown_s * 1000).to_bytes(4, "big")
    path.write_bytes(contents)
    return path


def numbered_picture(number: int, size: tuple[int, int]) -> NDArray[np.uint8]:
    """The picture with a number below `MAX_PICTURES`, uint8 (height, width, 3)."""
    width, height = size
    image = np.zeros((height, width, 3), np.uint8)
    low, high = number % 16, number // 16
    image[:, : width // 2] = _DARKEST + _GRAY_STEP * low
    image[:, width // 2 :] = _DARKEST + _GRAY_STEP * high
    return image


def picture_number(image: NDArray[np.uint8]) -> int:
    """The number drawn into a decoded picture, gray or RGB, that is not turned."""
    gray = image.mean(axis=2) if image.ndim == 3 else image
    quarter = max(1, gray.shape[1] // 8)
    middle = gray.shape[1] // 2
    low = gray[:, quarter : middle - quarter].mean()
    high = gray[:, middle + quarter : -quarter].mean()
    digits = [int(np.clip(round((value - _DARKEST) / _GRAY_STEP), 0, 15)) for value in (low, high)]
    return digits[0] + 16 * digits[1]


def clicks(length: int, positions: Iterable[int], channels: int = 1) -> NDArray[np.float32]:
    """Silence with clicks whose loudest samples are at the positions, float32 (length, channels)."""
    samples = np.zeros((length, channels), np.float32)
    shape = np.hanning(43)[1:-1].astype(np.float32) * 0.9
    for position in positions:
        for offset, value in enumerate(shape, start=position - len(shape) // 2):
            if 0 <= offset < length:
                samples[offset] = value
    return samples


def click_positions(samples: NDArray[np.float32], near: Iterable[int], reach: int = 400) -> list[int]:
    """The loudest sample around each expected position."""
    loudness = np.abs(samples).max(axis=1)
    found = []
    for position in near:
        start = max(0, position - reach)
        found.append(start + int(np.argmax(loudness[start : position + reach])))
    return found


def _picture_stream(
    container: OutputContainer, codec: str, rate: Fraction, size: tuple[int, int], pixel_format: str
) -> av.VideoStream:
    stream = container.add_stream(codec, rate=rate)
    assert isinstance(stream, av.VideoStream)
    stream.width, stream.height = size
    stream.pix_fmt = pixel_format
    return stream


def _picture_packets(
    stream: av.VideoStream,
    count: int,
    rate: Fraction,
    times_s: Sequence[float] | None,
    size: tuple[int, int],
    first_time_s: float,
) -> list[av.Packet]:
    time_base = Fraction(1, 90_000) if times_s is not None else 1 / rate
    times = [Fraction(time) for time in times_s] if times_s is not None else [n / rate for n in range(count)]
    packets = []
    for number, time in enumerate(times):
        frame = VideoFrame.from_ndarray(numbered_picture(number % MAX_PICTURES, size), format="rgb24")
        frame.pts, frame.time_base = round(time / time_base), time_base
        packets += stream.encode(frame)
    packets += stream.encode(None)
    for packet in packets:
        offset = round(Fraction(first_time_s) / packet.time_base)
        packet.pts, packet.dts = packet.pts + offset, packet.dts + offset
    return packets


def _sound_packets(
    stream: Stream, samples: NDArray[np.float32], rate: int, first_time_s: float
) -> list[av.Packet]:
    packets = []
    for start in range(0, len(samples), 4096):
        block = np.ascontiguousarray(samples[start : start + 4096].T)
        frame = AudioFrame.from_ndarray(block, format="fltp", layout=_layout(samples))
        frame.sample_rate, frame.time_base = rate, Fraction(1, rate)
        frame.pts = start
        packets += stream.encode(frame)  # type: ignore[attr-defined]
    packets += stream.encode(None)  # type: ignore[attr-defined]
    for packet in packets:
        offset = round(Fraction(first_time_s) / packet.time_base)
        packet.pts, packet.dts = packet.pts + offset, packet.dts + offset
    return packets


def _title_packets(stream: Stream, titles: Iterable[tuple[float, float, str]]) -> list[av.Packet]:
    packets = []
    for start_s, end_s, text in titles:
        packet = av.Packet(text.encode())
        packet.stream = stream
        packet.time_base = Fraction(1, 1000)
        packet.pts = packet.dts = round(start_s * 1000)
        packet.duration = round((end_s - start_s) * 1000)
        packets.append(packet)
    return packets


def _chapter(number: int, start_s: float, end_s: float, title: str) -> dict[str, object]:
    return {
        "id": number,
        "start": round(start_s * 1000),
        "end": round(end_s * 1000),
        "time_base": Fraction(1, 1000),
        "metadata": {"title": title},
    }


def _layout(samples: NDArray[np.float32]) -> str:
    return "mono" if samples.shape[1] == 1 else "stereo"
