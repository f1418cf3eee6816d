"""Where the sound goes: an audio device, or nowhere at the same pace.

An output owns its ring buffer and its clock; whoever opened it writes into the ring and asks the clock
what is heard. Without a device everything works on a clock of its own, silently.
"""

from __future__ import annotations

import threading
import time
from dataclasses import dataclass
from typing import Any, Protocol

import numpy as np

from engine.errors import DeviceError
from engine.media.player.clock import OutputClock
from engine.media.player.ring import OutputRing
from engine.project.timebase import SAMPLE_RATE

_LOST_AFTER_S = 2.0
_SILENT_BLOCK_S = 0.01
# Less is interrupted as soon as the computer is busy. Pictures wait for the sound, so only starting and
# stopping feel it.
_LEAST_LATENCY_S = 0.05


@dataclass(frozen=True, slots=True)
class OutputSettings:
    """What the person chose.

    Attributes
    ----------
    device
        The device's name; `None` for the system's default.
    buffer_frames
        Frames per callback.
    """

    device: str | None = None
    buffer_frames: int = 512


class Output(Protocol):
    """What an output offers.

    Attributes
    ----------
    name
        The device's name, `None` when there is none.
    latency_s
        From writing to hearing, as the device reports it.
    block_frames
        Frames per callback, at the ring's rate.
    """

    name: str | None
    latency_s: float
    block_frames: int
    ring: OutputRing
    clock: OutputClock

    def is_lost(self) -> bool:
        """Whether the device stopped asking for sound."""
        ...

    def close(self) -> None:
        """Stop at once."""
        ...


class SilentOutput:
    """Takes the sound at the pace of `time.monotonic` and throws it away."""

    def __init__(self) -> None:
        self.name: str | None = None
        self.latency_s = 0.0
        self.block_frames = int(_SILENT_BLOCK_S * SAMPLE_RATE)
        self.ring = OutputRing(SAMPLE_RATE, 2)
        self.clock = OutputClock(SAMPLE_RATE, self.latency_s)
        self._closing = threading.Event()
        threading.Thread(target=self._run, name="silent output", daemon=True).start()

    def is_lost(self) -> bool:
        """Never: there is nothing to lose."""
        return False

    def close(self) -> None:
        """Stop taking."""
        self._closing.set()

    def _run(self) -> None:
        start_s = time.monotonic()
        block = np.zeros((self.block_frames, 2), np.float32)
        while not self._closing.is_set():
            due_s = start_s + self.ring.output_frames / SAMPLE_RATE
            wait_s = due_s - time.monotonic()
            if wait_s > 0:
                self._closing.wait(wait_s)
            elif wait_s < -1.0:
                # The computer slept: go on from here instead of catching up.
                start_s -= wait_s
                due_s -= wait_s
            # The exact time the block was due, so that a late wake-up doesn't show in the clock.
            self.ring.take_into(block, due_s, 0.0)


class DeviceOutput:
    """An audio device driven by PortAudio.

    Raises
    ------
    DeviceError
        When there is no PortAudio, no such device, or it refuses to open.
    """

    def __init__(self, settings: OutputSettings) -> None:
        sounddevice = import_sounddevice()
        try:
            described = _find_device(sounddevice, settings.device)
            channels = min(2, int(described["max_output_channels"]))
            rate = _usable_rate(sounddevice, described, channels)
            self.ring = OutputRing(rate, channels)
            self._last_called_s = time.monotonic()
            self._stream = sounddevice.OutputStream(
                samplerate=rate,
                device=described["index"],
                channels=channels,
                dtype="float32",
                blocksize=settings.buffer_frames,
                latency=max(_LEAST_LATENCY_S, 3.0 * settings.buffer_frames / rate),
                callback=self._fill,
            )
            self._stream.start()
        except sounddevice.PortAudioError as error:
            raise DeviceError(_sentence_about(settings.device, str(error))) from error
        self.name: str | None = str(described["name"])
        self.latency_s = float(self._stream.latency)
        self.block_frames = settings.buffer_frames
        self.clock = OutputClock(rate, self.latency_s)

    def is_lost(self) -> bool:
        """Whether the stream ended by itself or its callback hasn't run for two seconds."""
        return not self._stream.active or time.monotonic() - self._last_called_s > _LOST_AFTER_S

    def close(self) -> None:
        """Stop at once; a lost device may never return from it, so it is waited for only briefly."""
        closing = threading.Thread(target=self._abort, name="closing the device", daemon=True)
        closing.start()
        closing.join(timeout=1.0)

    def _abort(self) -> None:
        self._stream.abort(ignore_errors=True)
        self._stream.close(ignore_errors=True)

    def _fill(self, out: np.ndarray, frames: int, times: Any, status: Any) -> None:
        now_s = self._last_called_s = time.monotonic()
        self.ring.take_into(out, now_s, times.outputBufferDacTime - times.currentTime)


def open_output(settings: OutputSettings) -> tuple[Output, str]:
    """The wanted device, or a silent output and one sentence saying why."""
    try:
        return DeviceOutput(settings), ""
    except DeviceError as error:
        return SilentOutput(), str(error)


def list_devices() -> list[str]:
    """Names of the devices that can play, the default one first; empty without PortAudio.

    PortAudio looks for devices only when it starts, so this is what was there when it last did.
    """
    try:
        sounddevice = import_sounddevice()
    except DeviceError:
        return []
    try:
        default = str(sounddevice.query_devices(kind="output")["name"])
    except (sounddevice.PortAudioError, ValueError):
        default = ""
    names = [str(d["name"]) for d in sounddevice.query_devices() if d["max_output_channels"] > 0]
    return sorted(dict.fromkeys(names), key=lambda name: name != default)


def look_for_devices_again() -> None:
    """Let PortAudio find devices that came or went; no output may be open."""
    try:
        sounddevice = import_sounddevice()
    except DeviceError:
        return
    sounddevice._terminate()
    sounddevice._initialize()


def import_sounddevice() -> Any:
    """The `sounddevice` module.

    Raises
    ------
    DeviceError
        When the PortAudio library is not installed.
    """
    try:
        import sounddevice
    except OSError as error:
        raise DeviceError(
            "There is no sound because the PortAudio library is missing; on Debian and Ubuntu install "
            "libportaudio2."
        ) from error
    return sounddevice


def _find_device(sounddevice: Any, name: str | None) -> dict[str, Any]:
    if name is None:
        try:
            return sounddevice.query_devices(kind="output")
        except (sounddevice.PortAudioError, ValueError) as error:
            raise DeviceError("There is no sound because no audio device was found.") from error
    for device in sounddevice.query_devices():
        if device["name"] == name and device["max_output_channels"] > 0:
            return device
    raise DeviceError(f"There is no sound because the audio device “{name}” was not found.")


def _usable_rate(sounddevice: Any, device: dict[str, Any], channels: int) -> int:
    """The project's rate if the device takes it, else the device's own."""
    try:
        sounddevice.check_output_settings(
            device["index"], channels=channels, dtype="float32", samplerate=SAMPLE_RATE
        )
    except sounddevice.PortAudioError:
        return int(device["default_samplerate"])
    return SAMPLE_RATE


def _sentence_about(name: str | None, why: str) -> str:
    device = f"the audio device “{name}”" if name else "the default audio device"
    return f"There is no sound because {device} could not be opened ({why})."
