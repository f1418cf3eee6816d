"""Opening devices, with PortAudio played by the test."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest

from engine.media.player.output import (
    DeviceOutput,
    OutputSettings,
    SilentOutput,
    list_devices,
    open_output,
)


class PortAudioError(Exception):
    """What sounddevice raises."""


class FakeStream:
    """A stream whose callback is called by the test."""

    def __init__(self, **arguments: Any) -> None:
        self.arguments = arguments
        self.callback: Callable[..., None] = arguments["callback"]
        self.latency = 0.05
        self.active = False

    def start(self) -> None:
        self.active = True

    def abort(self, ignore_errors: bool) -> None:
        self.active = False

    def close(self, ignore_errors: bool) -> None:
        self.active = False


class FakeSoundDevice:
    """As much of the `sounddevice` module as is used."""

    PortAudioError = PortAudioError
    OutputStream = FakeStream

    def __init__(self, devices: list[dict[str, Any]], rates: set[int]) -> None:
        self.devices = devices
        self.rates = rates

    def query_devices(self, kind: str | None = None) -> Any:
        if kind is None:
            return self.devices
        playing = [device for device in self.devices if device["max_output_channels"]]
        if not playing:
            raise PortAudioError("Error querying device -1")
        return playing[0]

    def check_output_settings(self, device: int, channels: int, dtype: str, samplerate: int) -> None:
        if samplerate not in self.rates:
            raise PortAudioError("Invalid sample rate")


def device(index: int, name: str, channels: int = 2, rate: float = 44_100.0) -> dict[str, Any]:
    return {"index": index, "name": name, "max_output_channels": channels, "default_samplerate": rate}


@pytest.fixture
def use(monkeypatch: pytest.MonkeyPatch) -> Callable[..., FakeSoundDevice]:
    def install(*devices: dict[str, Any], rates: set[int] = {48_000}) -> FakeSoundDevice:  # noqa: B006
        fake = FakeSoundDevice(list(devices), rates)
        monkeypatch.setitem(sys.modules, "sounddevice", fake)
        return fake

    return install


def test_the_default_device_is_opened_at_the_projects_rate(use: Callable[..., FakeSoundDevice]) -> None:
    use(device(0, "Microphone", channels=0), device(1, "Speakers", channels=8))
    output, message = open_output(OutputSettings(buffer_frames=256))
    assert (output.name, message) == ("Speakers", "")
    assert (output.ring.sample_rate, output.ring.channels, output.block_frames) == (48_000, 2, 256)
    assert output.latency_s == 0.05


def test_a_device_that_refuses_48_khz_is_opened_at_its_own_rate(use: Callable[..., FakeSoundDevice]) -> None:
    use(device(0, "Old card", channels=1), rates={44_100})
    output, message = open_output(OutputSettings(device="Old card"))
    assert (output.ring.sample_rate, output.ring.channels, message) == (44_100, 1, "")


@pytest.mark.parametrize(
    ("devices", "name", "sentence"),
    [
        ([], None, "There is no sound because no audio device was found."),
        (
            [device(0, "Speakers")],
            "Headphones",
            "There is no sound because the audio device “Headphones” was not found.",
        ),
    ],
)
def test_without_the_device_it_is_silent_and_says_so(
    use: Callable[..., FakeSoundDevice], devices: list[dict[str, Any]], name: str | None, sentence: str
) -> None:
    use(*devices)
    output, message = open_output(OutputSettings(device=name))
    assert isinstance(output, SilentOutput)
    assert (output.name, message) == (None, sentence)
    output.close()


def test_a_device_that_fails_to_open_is_named(
    use: Callable[..., FakeSoundDevice], monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(**arguments: Any) -> None:
        raise PortAudioError("Device unavailable")

    fake = use(device(0, "Speakers"))
    monkeypatch.setattr(fake, "OutputStream", refuse)
    output, message = open_output(OutputSettings(device="Speakers"))
    assert message == (
        "There is no sound because the audio device “Speakers” could not be opened (Device unavailable)."
    )
    output.close()


def test_a_missing_portaudio_library_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    class Broken:
        def find_spec(self, name: str, *rest: Any) -> None:
            if name == "sounddevice":
                raise OSError("PortAudio library not found")

    monkeypatch.delitem(sys.modules, "sounddevice", raising=False)
    monkeypatch.setattr(sys, "meta_path", [Broken(), *sys.meta_path])
    output, message = open_output(OutputSettings())
    assert isinstance(output, SilentOutput)
    assert "libportaudio2" in message
    assert list_devices() == []
    output.close()


def test_devices_that_play_are_listed_the_default_first(use: Callable[..., FakeSoundDevice]) -> None:
    use(device(0, "Microphone", channels=0), device(1, "Speakers"), device(2, "Headphones"))
    assert list_devices() == ["Speakers", "Headphones"]


def test_a_stream_that_ended_or_fell_asleep_is_lost(
    use: Callable[..., FakeSoundDevice], monkeypatch: pytest.MonkeyPatch
) -> None:
    use(device(0, "Speakers"))
    output = DeviceOutput(OutputSettings())
    assert not output.is_lost()
    now_s = time.monotonic()
    monkeypatch.setattr(time, "monotonic", lambda: now_s + 3.0)
    assert output.is_lost()
    monkeypatch.setattr(time, "monotonic", lambda: now_s)
    output.close()
    assert output.is_lost()


def test_the_callback_hands_over_what_was_written_and_silence_after_it(
    use: Callable[..., FakeSoundDevice],
) -> None:
    use(device(0, "Speakers"))
    output = DeviceOutput(OutputSettings())
    output.ring.write(np.full((100, 2), 0.25, np.float32))
    block = np.full((128, 2), np.nan, np.float32)
    times = SimpleNamespace(outputBufferDacTime=7.03, currentTime=7.0)
    output._fill(block, 128, times, None)
    assert (block[:100] == 0.25).all()
    assert not block[100:].any()
    log = output.ring.log()
    assert log.delay_s[-1] == pytest.approx(0.03)
    assert (log.frames[-1], log.taken[-1]) == (128, 100)
