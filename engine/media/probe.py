"""What a media file holds: its streams, sizes, times and rates, all as displayed and as measured."""

from __future__ import annotations

from dataclasses import dataclass, field
from fractions import Fraction
from pathlib import Path

from av.container import InputContainer
from av.video.stream import VideoStream as LibavVideoStream

from engine.errors import MediaError
from engine.media.frame_timing import measure_timing
from engine.media.packet_index import indexed_pictures
from engine.media.picture_stream import picture_stream_number
from engine.media.source import media_errors, open_media, require_readable_file, sound_streams
from engine.media.structure import read_structure

# Where a file breaks off, pictures that others refer to are there and those between them are not: the
# times of the last ones have holes that say nothing about the frame rate.
_TORN_PICTURES = 17


@dataclass(frozen=True, slots=True)
class VideoStream:
    """The picture stream.

    Sizes are as displayed (turned upright, square pixels). `first_time_s` is the presentation time of
    the first picture on the container's clock: every other time in the program is relative to it.
    """

    codec: str
    width: int
    height: int
    rotation_deg: int
    """Clockwise turn from the coded to the displayed picture: 0, 90, 180 or 270."""
    frame_rate: Fraction
    """The constant rate, or the average of a variable one."""
    is_variable_rate: bool
    first_time_s: float
    duration_s: float
    """From the first picture's presentation to the end of the last one's."""
    frame_count: int
    pixel_format: str
    bit_depth: int
    start_timecode: str | None
    index: int = 0
    """The stream's number in the file."""


@dataclass(frozen=True, slots=True)
class AudioStream:
    """One sound stream; `first_time_s` is on the container's clock."""

    codec: str
    sample_rate: int
    channels: int
    first_time_s: float
    duration_s: float
    index: int = 0
    language: str = ""


@dataclass(frozen=True, slots=True)
class MediaInfo:
    """What a file holds."""

    path: Path
    container: str
    duration_s: float
    """Of the picture where there is one, else of the longest sound."""
    video: VideoStream | None
    audio: tuple[AudioStream, ...] = ()
    subtitle_count: int = 0
    metadata: dict[str, str] = field(default_factory=dict)
    is_cut_off: bool = False
    """The file's end is missing; durations and counts are of what is there."""

    @property
    def warning(self) -> str:
        """A sentence about what a person should know before working with the file; "" for nothing."""
        if not self.is_cut_off:
            return ""
        return (
            f"“{self.path.name}” is cut off: its end is missing, the first {self.duration_s:.1f} s are there."
        )


def probe(path: Path | str) -> MediaInfo:
    """Look into a media file. Reads through the packets of the picture, decodes one picture.

    Raises
    ------
    MediaError
        When the file is missing, unreadable, empty or not a video or sound file.
    """
    path = Path(path)
    require_readable_file(path)
    with media_errors(path):
        structure = read_structure(path)
    if structure.family == "iso" and structure.lacks_index:
        raise MediaError(
            f"“{path.name}” can't be opened: the part that says where its pictures lie (“moov”) is missing, "
            "so the recording or the copy was cut off before the end."
        )
    with open_media(path) as container:
        video = _probe_video(container, path, structure.is_cut_off)
        audio = tuple(_probe_audio(container))
        longest_audio_s = max((stream.duration_s for stream in audio), default=0.0)
        return MediaInfo(
            path=path,
            container=container.format.name,
            duration_s=video.duration_s if video else longest_audio_s,
            video=video,
            audio=audio,
            subtitle_count=len(container.streams.subtitles),
            metadata=_readable(container.metadata),
            is_cut_off=structure.is_cut_off,
        )


def require_video(path: Path | str) -> MediaInfo:
    """Like `probe`, for a file that must hold a picture.

    Raises
    ------
    MediaError
        One sentence: missing, unreadable, empty, not a video, sound only, or no picture decodable.
    """
    info = probe(path)
    if info.video is None:
        what = "only sound" if info.audio else "neither picture nor sound that this program can read"
        raise MediaError(f"“{info.path.name}” is not a video: it holds {what}.")
    return info


def _probe_video(container: InputContainer, path: Path, is_cut_off: bool) -> VideoStream | None:
    number = picture_stream_number(container)
    if number is None:
        return None
    stream = container.streams.video[number]
    pictures = indexed_pictures(path)
    source, index = pictures.source, pictures.index
    timing = measure_timing(
        index.pts[:-_TORN_PICTURES] if is_cut_off and len(index.pts) > 2 * _TORN_PICTURES else index.pts,
        source.time_base,
        (stream.guessed_rate, stream.average_rate, stream.base_rate),
    )
    last_ticks = index.last_duration or round(1 / (timing.frame_rate * source.time_base))
    width, height = source.size
    return VideoStream(
        codec=stream.codec_context.codec.canonical_name,
        width=width,
        height=height,
        rotation_deg=source.orientation.rotation_deg,
        frame_rate=timing.frame_rate,
        is_variable_rate=timing.is_variable,
        first_time_s=float(source.first_pts * source.time_base),
        duration_s=source.seconds(int(index.pts[-1]) + last_ticks),
        frame_count=len(index.pts),
        pixel_format=source.first.format.name,
        bit_depth=max(component.bits for component in source.first.format.components),
        start_timecode=start_timecode(container, stream),
        index=stream.index,
    )


def _probe_audio(container: InputContainer) -> list[AudioStream]:
    streams = []
    for stream in sound_streams(container):
        assert stream.time_base is not None
        if stream.duration is not None:
            duration_s = float(stream.duration * stream.time_base)
        else:
            duration_s = (container.duration or 0) / 1_000_000
        streams.append(
            AudioStream(
                codec=stream.codec_context.codec.canonical_name,
                sample_rate=stream.sample_rate,
                channels=stream.channels,
                first_time_s=float((stream.start_time or 0) * stream.time_base),
                duration_s=duration_s,
                index=stream.index,
                language=stream.language or "",
            )
        )
    return streams


def start_timecode(container: InputContainer, stream: LibavVideoStream) -> str | None:
    """The timecode of the first picture that a `tmcd` track or a tag of the file states."""
    sources = (stream.metadata, container.metadata, *(other.metadata for other in container.streams))
    for metadata in sources:
        for key, text in metadata.items():
            if key.lower() == "timecode" and text.strip():
                return text.strip()
    return None


def _readable(metadata: dict[str, str]) -> dict[str, str]:
    """Tags without the halves of characters that a damaged file can hold."""
    return {key: text.encode(errors="replace").decode(errors="replace") for key, text in metadata.items()}
