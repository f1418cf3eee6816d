"""The player process: commands in, pictures, clock and meters out.

The messages are listed in `foley_app.player_client`, which is the other side. Each kind of work has a
thread of its own: transport (sound and clock), pictures, mixing, filmstrip, devices, and one here that
tells the window thirty times a second where the playhead is.
"""

from __future__ import annotations

import argparse
import math
import os
import shutil
import sys
import threading
import time
import traceback
from collections.abc import Callable
from pathlib import Path
from typing import Any, NoReturn

from engine.errors import UserFacingError
from engine.media.player.devices import Devices
from engine.media.player.feed import Loop
from engine.media.player.filmstrip import Filmstrip, StripRequest
from engine.media.player.mixing import Audition, Mixing
from engine.media.player.output import OutputSettings, SilentOutput
from engine.media.player.pictures import Pictures
from engine.media.player.transport import Playhead, Transport
from engine.project.document_json import TAKE_SHAPE, from_json
from engine.wire import Message, claim_standard_streams, read_messages

_TELL_EVERY_S = 1.0 / 30.0
_LOOK_EVERY_S = 0.5  # while nothing plays
_SILENCE_DB = -80.0
# A callback that waits for another thread's turn must not wait long.
_SWITCH_INTERVAL_S = 0.001


class PlayerProcess:
    """Hands each command to the thread that does it."""

    def __init__(self, send: Callable[[Message], None], maps_folder: Path | None) -> None:
        self._send = send
        self._path: Path | None = None
        self._told: tuple[int, bool, float] | None = None
        self._wake = threading.Event()
        self.transport = Transport(SilentOutput(), self._on_ended, self._on_lost, self._on_moved)
        self._devices = Devices(send, self.transport)
        self._mixing = Mixing(send, self.transport, maps_folder)
        self._pictures = Pictures(send, self.transport, maps_folder, self._mixing.set_picture_length)
        self._filmstrip = Filmstrip(send, maps_folder)
        threading.Thread(target=self._tell_playhead, name="telling", daemon=True).start()

    def do(self, command: Message) -> None:
        """Act on one command; what a person can act on is sent back as "failed"."""
        name = command["do"]
        try:
            getattr(self, f"_do_{name}")(command)
        except UserFacingError as error:
            self._send({"event": "failed", "sentence": str(error), "what": name})

    def close(self) -> None:
        """Stop sound and threads."""
        self._filmstrip.close()
        self._mixing.close()
        self._pictures.close()
        self.transport.close()

    def _do_open(self, command: Message) -> None:
        self._path = Path(command["path"])
        self.transport.stop()
        self.transport.seek(0.0)
        self._filmstrip.request(None)
        self._pictures.open(self._path)

    def _do_close(self, command: Message) -> None:
        self._path = None
        self.transport.stop()
        self._filmstrip.request(None)
        self._pictures.open(None)
        self._mixing.forget_project()

    def _do_view_size(self, command: Message) -> None:
        self._pictures.set_view(int(command["width"]), int(command["height"]))

    def _do_frame_done(self, command: Message) -> None:
        self._pictures.release(command["path"], command["slot"])

    def _do_project(self, command: Message) -> None:
        project = from_json(command["project"])
        self._mixing.take_project(project, Path(command["folder"]), command["revision"])

    def _do_edit(self, command: Message) -> None:
        self._mixing.take_changes(command["changes"], command["revision"])

    def _do_look_again(self, command: Message) -> None:
        self._mixing.look_again()

    def _do_take_loudness(self, command: Message) -> None:
        self._mixing.measure_take(command["track"])

    def _do_play(self, command: Message) -> None:
        self.transport.play(float(command["rate"]), command.get("position"))

    def _do_stop(self, command: Message) -> None:
        self.transport.stop()

    def _do_seek(self, command: Message) -> None:
        self.transport.seek(float(command["position"]), scrub=bool(command.get("scrub", False)))

    def _do_step(self, command: Message) -> None:
        positions = self._pictures.positions
        if not len(positions):
            return
        self.transport.stop()
        index = self._pictures.index_at(self.transport.playhead().position) + int(command["frames"])
        index = min(max(index, 0), len(positions) - 1)
        self.transport.seek(float(positions[index]), scrub=True)

    def _do_loop(self, command: Message) -> None:
        start = command["start"]
        self.transport.set_loop(None if start is None else Loop(int(start), int(command["end"])))

    def _do_audition(self, command: Message) -> None:
        take = command["take"]
        self._mixing.take_audition(
            Audition(
                hit_id=command["hit"],
                take=None if take is None else TAKE_SHAPE.read(take),
                gain_db=float(command["gain_db"]),
                pre_roll_s=float(command["pre_roll_s"]),
                post_roll_s=float(command["post_roll_s"]),
            )
        )

    def _do_configure(self, command: Message) -> None:
        self.transport.set_offset(float(command["av_offset_ms"]) / 1000.0)
        self._devices.configure(OutputSettings(command["device"], int(command["buffer_frames"])))

    def _do_filmstrip(self, command: Message) -> None:
        if self._path is not None:
            times_s = tuple(float(time_s) for time_s in command["times_s"])
            self._filmstrip.request(
                StripRequest(command["request"], self._path, times_s, int(command["height"]))
            )

    def _do_devices(self, command: Message) -> None:
        self._devices.tell_devices()

    def _on_moved(self) -> None:
        self._pictures.playhead_moved()
        self._wake.set()

    def _on_ended(self) -> None:
        self._send({"event": "ended"})

    def _on_lost(self) -> None:
        self._devices.fall_silent()

    def _tell_playhead(self) -> None:
        was_loud = False
        playhead = self.transport.playhead()
        while True:
            if playhead.is_playing or was_loud:
                time.sleep(_TELL_EVERY_S)
            else:
                self._wake.wait(_LOOK_EVERY_S)
            self._wake.clear()
            playhead = self.transport.playhead()
            self._tell_clock(playhead)
            levels = self.transport.levels()
            is_loud = max(levels.peak) > 0.0
            if playhead.is_playing or is_loud or was_loud:
                self._send(
                    {
                        "event": "meters",
                        "peak_db": [_decibels(peak) for peak in levels.peak],
                        "rms_db": [_decibels(rms) for rms in levels.rms],
                    }
                )
            was_loud = is_loud

    def _tell_clock(self, playhead: Playhead) -> None:
        state = (round(playhead.position), playhead.is_playing, playhead.rate)
        if state != self._told:
            self._told = state
            self._send({"event": "clock", "position": state[0], "playing": state[1], "rate": state[2]})


def _decibels(amplitude: float) -> float:
    return round(20.0 * math.log10(amplitude), 2) if amplitude > 1e-4 else _SILENCE_DB


def versions() -> dict[str, str]:
    """Versions of what the player is made of."""
    import av

    import engine

    return {"engine": engine.__version__, "av": av.__version__, "python": sys.version.split()[0]}


def main() -> None:
    """Be the player process until standard input closes."""
    parser = argparse.ArgumentParser(prog="python -m engine.media.player")
    parser.add_argument("--maps", type=Path, default=None, help="folder for the arrays that both sides map")
    maps_folder: Path | None = parser.parse_args().maps
    commands, writer = claim_standard_streams()
    sys.setswitchinterval(_SWITCH_INTERVAL_S)

    def leave(code: int) -> NoReturn:
        if maps_folder is not None:
            shutil.rmtree(maps_folder, ignore_errors=True)
        os._exit(code)

    def send(message: Message) -> None:
        try:
            writer.send(message)
        except OSError:
            # The window is gone, and nobody is left to play for.
            leave(0)

    def on_thread_error(arguments: Any) -> None:
        # Half a player is worse than a new one, which the window starts.
        traceback.print_exception(arguments.exc_type, arguments.exc_value, arguments.exc_traceback)
        sys.stderr.flush()
        leave(1)

    threading.excepthook = on_thread_error
    player = PlayerProcess(send, maps_folder)
    send({"event": "ready", "versions": versions()})
    code = 1
    try:
        for command in read_messages(commands):
            player.do(command)
        player.close()
        code = 0
    finally:
        if code:
            traceback.print_exc()
            sys.stderr.flush()
        leave(code)
