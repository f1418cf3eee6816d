"""The thread that opens audio devices: that can take seconds, and must not hold up anything else."""

from __future__ import annotations

import threading
from collections.abc import Callable

from engine.media.player.output import (
    OutputSettings,
    SilentOutput,
    list_devices,
    look_for_devices_again,
    open_output,
)
from engine.media.player.transport import Transport
from engine.wire import Message


class Devices:
    """Gives the transport the device that the settings ask for, or silence and the reason."""

    def __init__(self, send: Callable[[Message], None], transport: Transport) -> None:
        self._send = send
        self._transport = transport
        self._changed = threading.Condition()
        self._tasks: list[Callable[[], None]] = []
        self._name: str | None = None
        threading.Thread(target=self._run, name="devices", daemon=True).start()

    def configure(self, settings: OutputSettings) -> None:
        """Open the device of these settings, again if it is the same one."""
        self._do(lambda: self._open(settings))

    def tell_devices(self) -> None:
        """Send the names of the devices there are."""
        self._do(lambda: self._send({"event": "devices", "devices": list_devices()}))

    def fall_silent(self) -> None:
        """The device is lost: go on without sound."""
        self._do(self._replace_lost)

    def _do(self, task: Callable[[], None]) -> None:
        with self._changed:
            self._tasks.append(task)
            self._changed.notify()

    def _run(self) -> None:
        while True:
            with self._changed:
                self._changed.wait_for(lambda: self._tasks)
                task = self._tasks.pop(0)
            task()

    def _open(self, settings: OutputSettings) -> None:
        if self._name is not None:
            # The old device must be closed before PortAudio can look for new ones.
            self._transport.set_output(SilentOutput())
        look_for_devices_again()
        output, why_silent = open_output(settings)
        self._name = output.name
        self._transport.set_output(output)
        self._tell(output.latency_s, output.ring.sample_rate, why_silent)

    def _replace_lost(self) -> None:
        self._transport.set_output(SilentOutput())
        name, self._name = self._name, None
        self._tell(
            0.0,
            0,
            f"The audio device “{name}” went away; playing on without sound. "
            "Choose a device in the settings to hear it again.",
        )

    def _tell(self, latency_s: float, sample_rate: int, message: str) -> None:
        self._send(
            {
                "event": "device",
                "name": self._name,
                "latency_ms": 1000.0 * latency_s,
                "sample_rate": sample_rate,
                "message": message,
            }
        )
