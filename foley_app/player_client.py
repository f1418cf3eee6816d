"""The window's side of the player process: commands as methods, messages as signals.

The player owns the picture, the mix, the audio device and the clock. If it dies it is started again with
everything it knew, except a video that made it die twice.

Commands (`do`): open, close, view_size, frame_done, project, edit, look_again, play, stop, seek, step, loop,
audition, configure, filmstrip, devices, take_loudness. Messages (`event`): ready, opened, frame, clock,
meters, loudness, thumbnail, peaks, take_peaks, take_missing, take_loudness, devices, device, missing, failed,
ended.
"""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import count
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QObject, QTimer, Signal
from PySide6.QtGui import QImage

from engine.project.changes import changes_between
from engine.project.document import Project, Take
from engine.project.document_json import TAKE_SHAPE, to_json
from engine.wire import MappedArray, Message
from foley_app.child_process import ChildEnd, ChildProcess

_RESIZE_PAUSE_MS = 120
_QUICK_DEATH_S = 5.0
_QUICK_DEATHS_ALLOWED = 3
_CRASHES_ALLOWED = 2


@dataclass(frozen=True, slots=True)
class OpenedVideo:
    """A video the player has open.

    Attributes
    ----------
    info
        The fields of `engine.media.probe.MediaInfo` as JSON; `info["warning"]` is a sentence or "".
    frame_positions : int64 (n,)
        Where each picture begins, in samples.
    length
        In samples.
    """

    path: Path
    info: dict[str, Any]
    frame_positions: NDArray[np.int64]
    length: int


@dataclass(frozen=True, slots=True)
class MixPeaks:
    """The waveform of the mix.

    Attributes
    ----------
    lowest_and_highest : float32 (n, 2)
        Of each `samples_per_peak` samples; mapped, so later updates show in it too.
    start, end_exclusive
        The samples this update is about.
    """

    revision: int
    lowest_and_highest: NDArray[np.float32]
    samples_per_peak: int
    start: int
    end_exclusive: int


@dataclass(frozen=True, slots=True)
class DeviceState:
    """Where the sound goes; `name` is `None` and `message` says why when there is none."""

    name: str | None
    latency_ms: float
    sample_rate: int
    message: str


class PlayerClient(QObject):
    """Commands the player process.

    Signals
    -------
    ready(dict)
        The player runs; versions of its libraries.
    opened(OpenedVideo)
    frame_shown(QImage, int, int)
        A picture to show now, its index and position.
    clock(int, bool, float)
        Position (samples), whether it plays, rate; some 30 times a second while playing.
    meters(list, list)
        Peak and RMS in dBFS per channel of what is heard.
    loudness(float | None)
        Integrated LUFS of the mix; None for silence.
    thumbnail(int, float, QImage)
        Number of the request, time in seconds, picture.
    peaks(MixPeaks)
    take_peaks(str, ndarray, int)
        Id of a generated track, (n, 2) float32 lowest and highest, and of how many samples each.
    take_missing(str, str)
        Id of a generated track whose sound can't be read, and a sentence that says why.
    take_loudness(str, float | None, float | None)
        Id of a generated track, its LUFS at a gain of 0 dB and those of the hits of its stretch; None for
        silence.
    devices(list)
        Names of the audio devices, the default one first.
    device(DeviceState)
    missing(list)
        A sentence for each sound of the mix that can't be read, when that has changed.
    ended()
        Playing came to its end by itself.
    failed(str)
        One sentence about something the player could not do.
    restarted(str)
        The player had died and was started again; one sentence that names the video.
    """

    ready = Signal(object)
    opened = Signal(object)
    frame_shown = Signal(QImage, object, object)
    clock = Signal(object, bool, float)
    meters = Signal(object, object)
    loudness = Signal(object)
    thumbnail = Signal(int, float, QImage)
    peaks = Signal(object)
    take_peaks = Signal(str, object, int)
    take_missing = Signal(str, str)
    take_loudness = Signal(str, object, object)
    devices = Signal(object)
    device = Signal(object)
    missing = Signal(object)
    ended = Signal()
    failed = Signal(str)
    restarted = Signal(str)

    def __init__(self, parent: QObject | None = None, *, module: str = "engine.media.player") -> None:
        super().__init__(parent)
        self._child = ChildProcess(module, self, maps_arrays=True)
        self._child.message_received.connect(self._on_message)
        self._child.ended.connect(self._on_ended)
        self._requests = count(1)
        self._revision = 0
        self._path: Path | None = None
        self._project: Project | None = None
        self._folder = Path()
        self._settings: Message = {"device": None, "buffer_frames": 512, "av_offset_ms": 0.0}
        self._view = (1280, 720)
        self._loop: tuple[int, int] | None = None
        self._position = 0
        self._slots: MappedArray | None = None
        self._strip: MappedArray | None = None
        self._peaks: MappedArray | None = None
        self._crashes: Counter[Path] = Counter()
        self._started_s = 0.0
        self._quick_deaths = 0
        self._resize = QTimer(self)
        self._resize.setSingleShot(True)
        self._resize.setInterval(_RESIZE_PAUSE_MS)
        self._resize.timeout.connect(self._send_view)

    @property
    def is_running(self) -> bool:
        """Whether the player process is there."""
        return self._child.is_running

    @property
    def process_id(self) -> int:
        """The player's process id, 0 when it isn't running."""
        return self._child.process_id

    def start(self) -> None:
        """Start the player; a no-op when it runs."""
        if self._child.is_running:
            return
        self._child.start()
        self._started_s = time.monotonic()
        self._send("configure", **self._settings)
        self._send_view()
        if self._project is not None:
            self._send_project(self._project)
        if self._path is not None:
            self._send("open", path=str(self._path))
            self._send("seek", position=self._position, scrub=False)
        if self._loop is not None:
            self.set_loop(*self._loop)

    def shut_down(self) -> None:
        """End the player process."""
        self._resize.stop()
        self._child.stop()

    def open(self, path: Path) -> None:
        """Show another video from its beginning."""
        self._path = Path(path)
        self._position = 0
        self._crashes.pop(self._path, None)
        self._send("open", path=str(self._path))

    def close(self) -> None:
        """Show no video and play no sound."""
        self._path = self._project = None
        self._send("close")

    def set_view_size(self, width: int, height: int) -> None:
        """Scale pictures to fit so many device pixels; sent when the size has settled."""
        self._view = (width, height)
        self._resize.start()

    def set_project(self, project: Project, folder: Path) -> None:
        """Mix this project; after an edit only what changed is sent."""
        before, self._project = self._project, project
        self._revision += 1
        if before is None or before.id != project.id or folder != self._folder:
            self._folder = folder
            self._send_project(project)
        elif before is not project:
            self._send("edit", changes=changes_between(before, project), revision=self._revision)

    def look_again(self) -> None:
        """Read sounds again that were missing, for after one of them was brought back."""
        self._send("look_again")

    def measure_take(self, track_id: str) -> None:
        """Ask how loud a generated track is beside the hits; `take_loudness` answers."""
        self._send("take_loudness", track=track_id)

    def play(self, rate: float = 1.0, position: int | None = None) -> None:
        """Play at a rate (-8..8) from a position, or on from the playhead."""
        self._send("play", rate=rate, position=position)

    def stop(self) -> None:
        """Stand where it is heard."""
        self._send("stop")

    def seek(self, position: int, *, scrub: bool = False) -> None:
        """Go to a position; `scrub` gives a short sound there."""
        self._position = position
        self._send("seek", position=position, scrub=scrub)

    def step(self, frames: int) -> None:
        """Go some pictures on, or back; stops playing."""
        self._send("step", frames=frames)

    def set_loop(self, start: int | None, end_exclusive: int = 0) -> None:
        """Repeat a range while playing; `None` repeats nothing."""
        self._loop = None if start is None else (start, end_exclusive)
        self._send("loop", start=start, end=end_exclusive)

    def audition(
        self,
        hit_id: str,
        take: Take | None = None,
        gain_db: float = 0.0,
        *,
        pre_roll_s: float = 0.6,
        post_roll_s: float = 1.0,
    ) -> None:
        """Play picture and mix around a hit, with another take on it; then return to the playhead."""
        self._send(
            "audition",
            hit=hit_id,
            take=None if take is None else TAKE_SHAPE.write(take),
            gain_db=gain_db,
            pre_roll_s=pre_roll_s,
            post_roll_s=post_roll_s,
        )

    def configure(
        self, device: str | None = None, buffer_frames: int = 512, av_offset_ms: float = 0.0
    ) -> None:
        """Choose the audio device (`None`: the default) and how much later than it says it is heard."""
        self._settings = {"device": device, "buffer_frames": buffer_frames, "av_offset_ms": av_offset_ms}
        self._send("configure", **self._settings)

    def request_filmstrip(self, times_s: Sequence[float], height: int) -> int:
        """Ask for pictures near these times; the number that the thumbnails will carry."""
        number = next(self._requests)
        self._send("filmstrip", height=height, times_s=[float(t) for t in times_s], request=number)
        return number

    def request_devices(self) -> None:
        """Ask for the names of the audio devices."""
        self._send("devices")

    def _send(self, name: str, **fields: Any) -> None:
        self._child.send({"do": name, **fields})

    def _send_view(self) -> None:
        self._send("view_size", width=self._view[0], height=self._view[1])

    def _send_project(self, project: Project) -> None:
        self._send("project", project=to_json(project), folder=str(self._folder), revision=self._revision)

    def _on_message(self, message: Message) -> None:
        receive = getattr(self, f"_receive_{message.get('event')}", None)
        if receive is not None:
            receive(message)

    def _receive_ready(self, message: Message) -> None:
        self.ready.emit(message["versions"])

    def _receive_opened(self, message: Message) -> None:
        positions = _attached(None, message["frame_positions"])
        if positions is not None:
            video = OpenedVideo(
                Path(message["path"]), message["info"], positions.array.copy(), message["length"]
            )
            self.opened.emit(video)

    def _receive_frame(self, message: Message) -> None:
        self._slots = _attached(self._slots, message["array"])
        if self._slots is None:
            return
        place = self._slots.array[message["slot"]]
        height, width = place.shape[:2]
        image = QImage(place.data, width, height, 4 * width, QImage.Format.Format_RGB32).copy()
        self._send("frame_done", path=message["array"]["path"], slot=message["slot"])
        self.frame_shown.emit(image, message["index"], message["position"])

    def _receive_clock(self, message: Message) -> None:
        self._position = message["position"]
        self.clock.emit(message["position"], message["playing"], message["rate"])

    def _receive_meters(self, message: Message) -> None:
        self.meters.emit(message["peak_db"], message["rms_db"])

    def _receive_loudness(self, message: Message) -> None:
        self.loudness.emit(message["lufs"])

    def _receive_thumbnail(self, message: Message) -> None:
        self._strip = _attached(self._strip, message["array"])
        if self._strip is None:
            return
        place = self._strip.array[message["slot"]]
        height, width = place.shape[:2]
        image = QImage(place.data, width, height, 3 * width, QImage.Format.Format_RGB888).copy()
        self.thumbnail.emit(message["request"], message["time_s"], image)

    def _receive_peaks(self, message: Message) -> None:
        self._peaks = _attached(self._peaks, message["array"])
        if self._peaks is not None:
            start, end = message["range"]
            self.peaks.emit(
                MixPeaks(message["revision"], self._peaks.array, message["samples_per_peak"], start, end)
            )

    def _receive_take_peaks(self, message: Message) -> None:
        mapped = _attached(None, message["array"])
        if mapped is not None:
            self.take_peaks.emit(message["track"], mapped.array.copy(), message["samples_per_peak"])

    def _receive_take_missing(self, message: Message) -> None:
        self.take_missing.emit(message["track"], message["sentence"])

    def _receive_take_loudness(self, message: Message) -> None:
        self.take_loudness.emit(message["track"], message["take_lufs"], message["hits_lufs"])

    def _receive_devices(self, message: Message) -> None:
        self.devices.emit(message["devices"])

    def _receive_device(self, message: Message) -> None:
        state = DeviceState(
            message["name"], message["latency_ms"], message["sample_rate"], message["message"]
        )
        self.device.emit(state)

    def _receive_missing(self, message: Message) -> None:
        self.missing.emit(message["sounds"])

    def _receive_ended(self, message: Message) -> None:
        self.ended.emit()

    def _receive_failed(self, message: Message) -> None:
        self.failed.emit(message["sentence"])

    def _on_ended(self, end: ChildEnd) -> None:
        self._slots = self._strip = self._peaks = None
        died_quickly = time.monotonic() - self._started_s < _QUICK_DEATH_S
        self._quick_deaths = self._quick_deaths + 1 if died_quickly else 0
        if self._quick_deaths >= _QUICK_DEATHS_ALLOWED and self._path is None:
            self.failed.emit(
                f"The player does not start: {end.reason}. Run “foley doctor” to see what is wrong."
            )
            return
        sentence = f"The player ended unexpectedly: {end.reason}. It was started again."
        path = self._path
        if path is not None:
            self._crashes[path] += 1
            sentence = f"The player ended while “{path.name}” was open: {end.reason}. It was started again."
            if self._crashes[path] >= _CRASHES_ALLOWED:
                self._path = None
                sentence = f"“{path.name}” made the player end twice ({end.reason}), so it was closed."
        self.start()
        self.restarted.emit(sentence)


def _attached(known: MappedArray | None, description: Message) -> MappedArray | None:
    """The described array, the known one if it is the same; `None` when it is gone already."""
    if known is not None and str(known.path) == description["path"]:
        return known
    try:
        return MappedArray.attach(description)
    except FileNotFoundError:
        return None
