"""One output file with its streams: the copied picture, encoded sounds, copied sounds and subtitles."""

from __future__ import annotations

import contextlib
import io
from collections.abc import Iterable
from fractions import Fraction
from pathlib import Path
from types import TracebackType

import av
import av.error
import numpy as np
from av.container import InputContainer
from av.packet import Packet
from av.stream import Disposition, Stream
from av.video.stream import VideoStream
from numpy.typing import NDArray

from engine.errors import ExportError
from engine.job import Job
from engine.media.audio import audio_blocks
from engine.media.containers import CONTAINERS, Container, SoundCodec, in_words
from engine.media.mux_packets import packets_of
from engine.media.packet_index import IndexedPictures
from engine.media.probe import MediaInfo
from engine.media.sound_encoder import SoundEncoder
from engine.media.source import open_container, open_media
from engine.project.timebase import SAMPLE_RATE

_PACKETS_BETWEEN_REPORTS = 32
_SOUND_TITLE = "Foley"
# What a file says about itself and is not true of another one.
_TAGS_OF_THE_FILE = frozenset(
    {
        "major_brand",
        "minor_version",
        "compatible_brands",
        "encoder",
        "duration",
        "timecode",
        "vendor_id",
        "bps",
    }
    | {"number_of_frames", "number_of_bytes", "software"}
)


def choose_sound_codec(container: Container, codec: SoundCodec | None) -> SoundCodec:
    """The codec asked for, or the container's usual one; an `ExportError` when it can't hold it."""
    if codec is None:
        return container.sound_codecs[0]
    if codec not in container.sound_codecs:
        able = [kind.name for kind in CONTAINERS if codec in kind.sound_codecs]
        where = f"choose {in_words(able, 'or')}, or " if able else ""
        raise ExportError(
            f"{container.name} files can't hold {codec} sound; {where}"
            f"take {in_words(container.sound_codecs, 'or')}."
        )
    return codec


class MuxedFile:
    """An output file under construction; a context manager that closes both files.

    Parameters
    ----------
    path
        Where to write.
    container
        In which format.
    info, pictures
        What the source holds; its picture stream is copied.

    Attributes
    ----------
    left_out
        What the container could not hold, in words for a person.

    Raises
    ------
    ExportError
        When the container can't hold the picture.
    """

    def __init__(self, path: Path, container: Container, info: MediaInfo, pictures: IndexedPictures) -> None:
        assert info.video is not None
        self.left_out: tuple[str, ...] = ()
        self._container, self._info, self._video, self._pictures = container, info, info.video, pictures
        self._in = open_container(info.path)
        self._out = av.open(
            f"file:{path.absolute()}",
            mode="w",
            format=container.muxer,
            metadata_errors="surrogateescape",
            container_options=self._muxer_options(),
        )
        self._copied: dict[int, Stream] = {}
        self._first_dts: int | None = None
        self._encoders: list[SoundEncoder] = []
        picture = self._in.streams.video[pictures.source.stream_number]
        require_copyable(picture, container, self._in, info)
        self._copy_picture(picture)
        others = len(self._in.streams.video) - 1
        if others:
            self._leave_out(f"{others} more picture stream{'s' if others > 1 else ''}")

    def __enter__(self) -> MuxedFile:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._in.close()
        # After an error the file is thrown away: that it can't be finished either is no news.
        with contextlib.suppress(av.error.FFmpegError):
            self._out.close()

    def add_sound(
        self,
        blocks: Iterable[NDArray[np.float32]],
        codec: SoundCodec,
        *,
        sample_rate: int,
        layout: str,
        title: str = _SOUND_TITLE,
        is_default: bool = True,
    ) -> None:
        """Add a sound to encode; the first one added is the one players play."""
        encoder = SoundEncoder(self._out, codec, blocks, sample_rate=sample_rate, layout=layout)
        encoder.stream.disposition = Disposition.default if is_default else Disposition(0)
        encoder.stream.metadata.update(title=title, handler_name=title)
        self._encoders.append(encoder)

    def add_original_sound(self) -> None:
        """Add the source's own sounds: copied where the container holds them, else encoded (stereo)."""
        for number, stream in enumerate(self._info.audio):
            original = self._in.streams[stream.index]
            # avi can't say that a sound begins later than the picture.
            if self._container.muxer != "avi" and self._accepts(original):
                copy = self._copy(original)
                copy.disposition = Disposition(0)
                copy.metadata.setdefault("title", "Original")
                continue
            channels = min(stream.channels, 2)
            blocks = audio_blocks(self._info.path, channels=channels, stream_number=number)
            self.add_sound(
                blocks,
                self._container.sound_codecs[0],
                sample_rate=SAMPLE_RATE,
                layout="stereo" if channels == 2 else "mono",
                title="Original",
                is_default=False,
            )

    def add_subtitles(self) -> None:
        """Add the source's subtitles, and the fonts they use, as far as the container holds them."""
        for stream in self._in.streams:
            if stream.type == "subtitle":
                if stream.codec_context is not None and self._accepts(stream):
                    self._copy(stream).disposition = stream.disposition
                else:
                    self._leave_out(f"subtitles ({_language_of(stream)})")
            elif stream.type == "attachment" and self._container.muxer == "matroska":
                self._out.add_stream_from_template(stream)

    def add_tags(self, timecode: str | None) -> None:
        """Add the source's tags and chapters, and a timecode tag where one is wanted."""
        self._out.metadata.update(_kept_tags(self._in.metadata))
        if timecode:
            self._out.metadata["timecode"] = timecode
        chapters = self._in.chapters()
        origin_s = self._pictures.source.first_pts * self._pictures.source.time_base
        for chapter in chapters:
            offset = round(origin_s / (chapter["time_base"] or Fraction(1)))
            chapter["start"] = max(0, chapter["start"] - offset)
            chapter["end"] = max(chapter["start"], chapter["end"] - offset)
        if chapters and self._container.muxer != "avi":
            self._out.set_chapters(chapters)

    def write(self, job: Job) -> None:
        """Write everything and finish the file.

        Raises
        ------
        MediaError
            When the source can't be read any more.
        ExportError
            When the container can't hold the picture.
        OSError, av.error.FFmpegError
            When the target can't be written.
        """
        streams = [self._in.streams[index] for index in self._copied]
        duration_s = max(self._video.duration_s, 1e-3)
        for count, packet in enumerate(packets_of(self._in, streams, self._pictures)):
            time = (packet.dts if packet.dts is not None else packet.pts or 0) * packet.time_base
            if count % _PACKETS_BETWEEN_REPORTS == 0:
                job.progress(float(time) / duration_s, "Writing the picture and its sound")
            self._encode_until(time, job)
            self._write_copied(packet)
        self._encode_until(None, job)
        self._out.close()

    def _encode_until(self, time_s: Fraction | None, job: Job) -> None:
        for encoder in self._encoders:
            for packet in encoder.packets_until(time_s):
                job.check()
                self._out.mux(packet)

    def _write_copied(self, packet: Packet[Stream]) -> None:
        source = self._in.streams[packet.stream_index]
        if source.type == "video":
            if packet.is_discard and not self._container.has_edit_list:
                able = [kind.name for kind in CONTAINERS if kind.has_edit_list]
                raise ExportError(
                    f"“{self._info.path.name}” was trimmed without encoding it again; "
                    f"only {in_words(able, 'and')} files can leave out what lies before its first picture."
                )
            if self._container.muxer == "avi":
                # It stores pictures in decoding order without times, the first at 0.
                assert packet.dts is not None
                self._first_dts = packet.dts if self._first_dts is None else self._first_dts
                packet.dts -= self._first_dts
                packet.pts = packet.dts
        elif packet.pts is not None and packet.pts + (packet.duration or 0) <= 0:
            # Before the first picture there is nothing to show. Sound is kept where players are told to
            # leave it out, because it primes the decoder.
            is_primer = self._container.has_edit_list and source.type == "audio"
            if not is_primer:
                return
        packet.stream = self._copied[packet.stream_index]
        self._out.mux(packet)

    def _copy_picture(self, picture: VideoStream) -> None:
        copy = self._copy(picture)
        assert isinstance(copy, VideoStream)
        context = copy.codec_context
        if context.name == "hevc" and self._container.has_edit_list:
            # Apple's players accept no other name.
            context.codec_tag = "hvc1"
        elif context.name == "prores":
            # Its quality is told by nothing but this name.
            context.codec_tag = picture.codec_context.codec_tag
        if picture.sample_aspect_ratio:
            # Editing codecs leave the shape of a pixel to the container.
            context.sample_aspect_ratio = picture.sample_aspect_ratio
        if self._container.muxer == "avi":
            # In avi a unit of time is a picture; one from avi may leave some out.
            is_avi = self._in.format.name == "avi"
            copy.time_base = picture.time_base if is_avi else 1 / self._video.frame_rate

    def _copy(self, stream: Stream) -> Stream:
        copy = self._out.add_stream_from_template(stream, opaque=True)
        copy.metadata.update(_kept_tags(stream.metadata))
        self._copied[stream.index] = copy
        return copy

    def _accepts(self, stream: Stream) -> bool:
        return _accepts(self._container, stream)

    def _leave_out(self, what: str) -> None:
        self.left_out = (*self.left_out, what)

    def _muxer_options(self) -> dict[str, str]:
        if self._container.has_edit_list and any(key.startswith("com.") for key in self._in.metadata):
            # Cameras' own tags (place, make, model) are written in Apple's general form only.
            return {"movflags": "use_metadata_tags"}
        return {}


_INSTEAD = "choose mp4, mov or mkv"


def require_copyable(
    picture: VideoStream, container: Container, opened: InputContainer, info: MediaInfo
) -> None:
    """Refuse a picture that a container can't hold as it is.

    Parameters
    ----------
    picture
        The picture stream in `opened`.
    container
        Where it is to go.
    opened, info
        The file it comes from.

    Raises
    ------
    ExportError
        Saying what can hold it.
    """
    assert info.video is not None
    source = f"“{info.path.name}”"
    if container.muxer == "avi" and opened.format.name != "avi":
        if info.video.is_variable_rate:
            raise ExportError(f"{source} has a variable frame rate, which avi files can't hold; {_INSTEAD}.")
        if info.video.codec in ("h264", "hevc", "av1") or picture.codec_context.has_b_frames:
            raise ExportError(f"avi files can't hold {info.video.codec} picture as it is; {_INSTEAD}.")
    if not _accepts(container, picture):
        able = [kind.name for kind in CONTAINERS if kind.muxer != "avi" and _accepts(kind, picture)]
        instead = f"choose {in_words(able, 'or')}" if able else "no container here can"
        raise ExportError(f"{container.name} files can't hold {info.video.codec} picture; {instead}.")


def pixel_shape(path: Path, stream_number: int) -> Fraction:
    """How much wider than high a picture's pixels are shown."""
    with open_media(path) as opened:
        return opened.streams.video[stream_number].sample_aspect_ratio or Fraction(1)


def _accepts(container: Container, stream: Stream) -> bool:
    """Whether libav's muxer takes a stream as it is."""
    with av.open(io.BytesIO(), mode="w", format=container.muxer) as trial:
        try:
            trial.add_stream_from_template(stream, opaque=True)
            # Some muxers only complain when they write their header.
            trial.start_encoding()
        except (ValueError, av.error.FFmpegError):
            return False
    return True


def _language_of(stream: Stream) -> str:
    # "und" is how mp4 and mov write that nobody said.
    return stream.language if stream.language not in (None, "und") else "no language given"


def _kept_tags(metadata: dict[str, str]) -> dict[str, str]:
    return {
        key: text
        for key, text in metadata.items()
        if key.lower() not in _TAGS_OF_THE_FILE and not key.lower().startswith("_statistics")
    }
