"""Is what is heard the mix, and in time with what is shown? Measured through a PipeWire null sink.

`python -m benchmarks.playback [--seconds 60] [--size 640x360] [--json OUT]` starts a sound server of its
own (pipewire, wireplumber, pipewire-pulse; nothing of the desktop's is touched), makes a null sink its
default, plays a video with a flash each second and a hit on each flash through the real player process, and
records the sink's monitor.

How times are told
------------------
*Shown* is when the window's signal with a picture fires, `time.monotonic`. *Heard* is when the sink takes a
sample. The null sink runs on the computer's own clock, so that frame n of the recording was taken n/48000 s
after its first one, and no fragment that `parec` delivers arrives before its first frame was taken: the
earliest arrivals tell the time, and delays of single fragments don't count. What remains unknown is
how long the monitor, the server and the pipe take at the least: it makes sounds look later, pictures
earlier, by up to one fragment, which is printed. (The sound server's own account of its delays puts it at
5.4 ms with fragments of 5.3 ms and at 10.1 ms with 10 ms: a whole one.) Where the recorder itself was
delayed or interrupted, nothing is told.
"""

from __future__ import annotations

import argparse
import json
import os
import shutil
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import asdict, dataclass
from fractions import Fraction
from pathlib import Path
from typing import IO

import numpy as np
from numpy.typing import NDArray

SAMPLE_RATE = 48_000
FRAME_RATE = 30
SINK = "foley_measurement"
PROGRAMS = ("dbus-run-session", "pipewire", "wireplumber", "pipewire-pulse", "pactl", "parec")

_INSIDE = "FOLEY_INSIDE_SOUND_SESSION"
_FRAME_BYTES = 2 * 4
_FRAGMENT_MS = 3
_LEAD_S = 2.0
_STUMBLE_S = 0.002


@dataclass(frozen=True, slots=True)
class PlaybackReport:
    """What was measured.

    Attributes
    ----------
    offset_ms
        Median of shown minus heard over the flashes: positive when the picture is late.
    offset_low_ms, offset_high_ms
        The 5th and 95th percentile.
    uncertainty_ms
        Heard may be earlier by up to this much, which would add to the offsets.
    drift_ms_per_min
        Slope of the offsets over time.
    flashes, flashes_told
        Flashes there were, and those whose times could be told.
    pictures, pictures_shown
        Pictures there were to show, and those that were shown.
    samples, wrong_samples
        Samples compared with the mix, and those that are not bit for bit the same.
    interruptions, interrupted_ms
        How often the sound stopped because the machine did not get round to it, and for how long. The
        mix must go on where it stopped, and the pictures with it.
    lag_ms
        From asking to play until the first sample is heard.
    """

    seconds: float
    offset_ms: float
    offset_low_ms: float
    offset_high_ms: float
    uncertainty_ms: float
    drift_ms_per_min: float
    flashes: int
    flashes_told: int
    pictures: int
    pictures_shown: int
    samples: int
    wrong_samples: int
    interruptions: int
    interrupted_ms: float
    lag_ms: float
    device: str


def missing_programs() -> list[str]:
    """What this needs and the machine doesn't have."""
    return [program for program in PROGRAMS if shutil.which(program) is None]


@contextmanager
def sound_server(folder: Path) -> Iterator[None]:
    """A sound server whose default output is a null sink; the D-Bus session is there already."""
    with ExitStack() as stack:
        for program in ("pipewire", "wireplumber", "pipewire-pulse"):
            log = stack.enter_context((folder / f"{program}.log").open("wb"))
            process = subprocess.Popen([program], stdout=log, stderr=log)
            stack.callback(process.wait)
            stack.callback(process.terminate)
        wait_for_command("pactl", "info")
        sink = ("module-null-sink", f"sink_name={SINK}", f"rate={SAMPLE_RATE}", "channels=2")
        subprocess.run(["pactl", "load-module", *sink], check=True, stdout=subprocess.DEVNULL)
        # The session manager that knows about defaults comes up after the server.
        wait_for_command("pactl", "set-default-sink", SINK)
        yield


def wait_for_command(*command: str) -> None:
    """Run a command until it succeeds, for at most ten seconds."""
    for _ in range(100):
        if subprocess.run(command, capture_output=True, check=False).returncode == 0:
            return
        time.sleep(0.1)
    raise RuntimeError(f"“{' '.join(command)}” did not succeed within ten seconds")


class Recording:
    """The null sink's monitor from now on, with the arrival time of each fragment."""

    def __init__(self) -> None:
        self._fragments: list[bytes] = []
        self._arrivals: list[tuple[float, int, int]] = []
        self._process = subprocess.Popen(
            [
                "parec", f"--device={SINK}.monitor", "--raw", "--format=float32le",
                f"--rate={SAMPLE_RATE}", "--channels=2", f"--latency-msec={_FRAGMENT_MS}",
            ],
            stdout=subprocess.PIPE,
        )  # fmt: skip
        assert self._process.stdout is not None
        self._thread = threading.Thread(target=self._read, args=(self._process.stdout,))
        self._thread.start()

    def _read(self, stream: IO[bytes]) -> None:
        count = 0
        while data := os.read(stream.fileno(), 1 << 16):
            self._arrivals.append((time.monotonic(), count // _FRAME_BYTES, len(data) // _FRAME_BYTES))
            self._fragments.append(data)
            count += len(data)

    def stop(self) -> None:
        """End it."""
        self._process.terminate()
        self._process.wait()
        self._thread.join()

    @property
    def samples(self) -> NDArray[np.float32]:
        """All that was recorded, (n, 2)."""
        data = b"".join(self._fragments)
        return np.frombuffer(data[: len(data) // _FRAME_BYTES * _FRAME_BYTES], "<f4").reshape(-1, 2)

    @property
    def fragment_ms(self) -> float:
        """The usual length of a fragment."""
        return 1000.0 * float(np.median([frames for _, _, frames in self._arrivals])) / SAMPLE_RATE

    def heard_s(self, frames: NDArray[np.int64]) -> NDArray[np.float64]:
        """When recorded frames were taken by the sink, at the latest; NaN where the recorder stumbled."""
        arrived_s = np.array([arrival[0] for arrival in self._arrivals])
        first = np.array([arrival[1] for arrival in self._arrivals])
        lateness_s = arrived_s - first / SAMPLE_RATE
        earliest_s = np.array(
            [lateness_s[np.abs(first - frame) <= SAMPLE_RATE / 2].min(initial=np.inf) for frame in frames]
        )
        steady = np.abs(earliest_s - np.median(earliest_s)) < _STUMBLE_S
        return np.where(steady, frames / SAMPLE_RATE + earliest_s[steady].min(), np.nan)


def write_flashing_video(path: Path, seconds: int, size: tuple[int, int]) -> None:
    """A dark video with one white picture at the start of each second."""
    import av

    dark, white = np.full((size[1], size[0], 3), 40, np.uint8), np.full((size[1], size[0], 3), 255, np.uint8)
    with av.open(str(path), "w") as container:
        stream = container.add_stream("libx264", rate=FRAME_RATE, options={"preset": "ultrafast", "g": "60"})
        stream.width, stream.height = size
        stream.pix_fmt = "yuv420p"
        stream.time_base = Fraction(1, FRAME_RATE)
        for number in range(seconds * FRAME_RATE):
            image = (white if number % FRAME_RATE == 0 else dark).copy()
            image[:, : 1 + number * size[0] // (seconds * FRAME_RATE)] //= 2
            frame = av.VideoFrame.from_ndarray(image, "rgb24")
            frame.pts = number
            container.mux(stream.encode(frame))
        container.mux(stream.encode(None))


def flashing_project(seconds: int, size: tuple[int, int]):
    """A hit of the sound kit on every flash but the first second's."""
    from engine.project import edits
    from engine.project.document import MediaReference, Video
    from engine.synthesis.kit import KitRecipe, kit_take

    video = Video(MediaReference("flashes.mp4"), *size, Fraction(FRAME_RATE), seconds * SAMPLE_RATE)
    project = edits.new_project(video)
    materials = ("wood", "metal", "glass", "ceramic")
    for second in range(1, seconds):
        material = materials[second % len(materials)]
        take = kit_take(KitRecipe(material, "hit", seed=second, strength=0.8))
        project = edits.add_hit(project, second * SAMPLE_RATE, hit_id=f"flash{second}", material=material)
        project = edits.choose_take(project, f"flash{second}", take, gain_db=-6.0)
    return project


def play_and_record(
    folder: Path, seconds: int, size: tuple[int, int]
) -> tuple[Recording, list[tuple[float, int, bool]], float, str]:
    """The recording; when each picture was shown, its number and whether it is bright; the start; device."""
    from PySide6.QtCore import QCoreApplication, QEventLoop, QTimer
    from PySide6.QtGui import QGuiApplication, QImage

    from foley_app.player_client import DeviceState, PlayerClient

    app = QCoreApplication.instance() or QGuiApplication(["playback"])
    assert isinstance(app, QCoreApplication)
    client = PlayerClient()
    shown: list[tuple[float, int, bool]] = []
    devices: list[DeviceState] = []
    ready = {"mix", "picture", "device"}
    loop = QEventLoop()

    def on_frame(image: QImage, index: int, position: int) -> None:
        shown.append((time.monotonic(), index, image.pixelColor(image.width() - 1, 0).red() > 128))
        on_ready("picture")

    def on_ready(what: str) -> None:
        was_waiting = bool(ready)
        ready.discard(what)
        if was_waiting and not ready:
            loop.quit()

    client.frame_shown.connect(on_frame)

    def complain(sentence: str) -> None:
        print(sentence, file=sys.stderr)

    client.device.connect(devices.append)
    client.device.connect(lambda _: on_ready("device"))
    client.loudness.connect(lambda _: on_ready("mix"))
    client.failed.connect(complain)
    client.restarted.connect(complain)
    client.start()
    client.open(folder / "flashes.mp4")
    client.set_project(flashing_project(seconds, size), folder)
    patience = QTimer()
    patience.setSingleShot(True)
    patience.timeout.connect(loop.quit)
    patience.start(30_000)
    loop.exec()
    if ready:
        raise RuntimeError(f"the player did not get ready: {', '.join(ready)}")
    recording = Recording()
    patience.start(int(1000 * _LEAD_S))
    loop.exec()
    # The first picture is on screen already, and stays there when it plays.
    del shown[:-1]
    asked_s = time.monotonic()
    client.play(1.0, 0)
    client.ended.connect(loop.quit)
    patience.start(1000 * (seconds + 10))
    loop.exec()
    # What was heard last is still on its way to the recording.
    patience.start(500)
    loop.exec()
    client.shut_down()
    recording.stop()
    return recording, shown, asked_s, devices[-1].name or devices[-1].message


def lag_of(recorded: NDArray[np.float32], mix: NDArray[np.float32]) -> int:
    """The frame of the recording that is the mix's first: where its first hit lies."""
    hit = mix[SAMPLE_RATE : SAMPLE_RATE + SAMPLE_RATE // 4, 0]
    size = 1 << int(len(recorded) + len(hit)).bit_length()
    spectrum = np.fft.rfft(recorded[:, 0], size) * np.conj(np.fft.rfft(hit, size))
    # The first place that is as like it as any: the same material sounds again seconds later.
    likeness = np.fft.irfft(spectrum, size)[: len(recorded)]
    return int(np.argmax(likeness > 0.999 * float(hit @ hit))) - SAMPLE_RATE


def usual_slope(x: NDArray[np.float64], y: NDArray[np.float64]) -> float:
    """The median slope between any two points (Theil-Sen): single late pictures don't tilt it."""
    first, second = np.triu_indices(len(x), 1)
    return float(np.median((y[second] - y[first]) / (x[second] - x[first])))


def measure(folder: Path, seconds: int, size: tuple[int, int]) -> PlaybackReport:
    """Play, record, compare."""
    from engine.evaluation.recording_match import match_recording
    from engine.synthesis.mixer import render
    from engine.synthesis.sound_pool import SoundPool

    write_flashing_video(folder / "flashes.mp4", seconds, size)
    recording, shown, asked_s, device = play_and_record(folder, seconds, size)
    project = flashing_project(seconds, size)
    mix = render(project, SoundPool(folder), 0, project.length)
    recorded = recording.samples
    match = match_recording(recorded, mix, lag_of(recorded, mix), reach=SAMPLE_RATE)
    lags = [stretch.lag for stretch in match.stretches]
    flashes = [(at_s, index) for at_s, index, bright in shown if bright and index and index % FRAME_RATE == 0]
    positions = [index // FRAME_RATE * SAMPLE_RATE for _, index in flashes]
    heard_s = recording.heard_s(np.array([lags[0], *(match.lag_at(p) + p for p in positions)]))
    offsets_ms = 1000.0 * (np.array([at_s for at_s, _ in flashes]) - heard_s[1:])
    told = np.isfinite(offsets_ms)
    offsets_ms, told_s = offsets_ms[told], np.array(positions)[told] / SAMPLE_RATE
    return PlaybackReport(
        seconds=seconds,
        offset_ms=float(np.median(offsets_ms)),
        offset_low_ms=float(np.percentile(offsets_ms, 5)),
        offset_high_ms=float(np.percentile(offsets_ms, 95)),
        uncertainty_ms=recording.fragment_ms,
        drift_ms_per_min=60.0 * usual_slope(told_s, offsets_ms),
        flashes=seconds - 1,
        flashes_told=len(offsets_ms),
        pictures=seconds * FRAME_RATE,
        pictures_shown=len({index for _, index, _ in shown}),
        samples=len(mix),
        wrong_samples=match.wrong,
        interruptions=len(lags) - 1,
        interrupted_ms=1000.0 * (lags[-1] - lags[0]) / SAMPLE_RATE,
        lag_ms=1000.0 * (float(heard_s[0]) - asked_s),
        device=device,
    )


def print_report(report: PlaybackReport) -> None:
    """The table."""
    print(f"{report.seconds:g} s through “{report.device}”")
    print(
        f"  picture minus sound   {report.offset_ms:+.1f} ms (5..95 %: {report.offset_low_ms:+.1f}.."
        f"{report.offset_high_ms:+.1f}; sound may be up to {report.uncertainty_ms:.1f} ms earlier)"
        "   goal within ±15 ms"
    )
    print(f"  drift                 {report.drift_ms_per_min:+.2f} ms per minute   goal within ±1")
    print(f"  flashes told          {report.flashes_told} of {report.flashes}")
    print(f"  pictures shown        {report.pictures_shown} of {report.pictures}")
    print(f"  samples not the mix   {report.wrong_samples} of {report.samples}   goal 0")
    print(f"  interruptions         {report.interruptions} ({report.interrupted_ms:.0f} ms)")
    print(f"  play to sound         {report.lag_ms:.0f} ms")


def main() -> int:
    """Run it, first putting itself inside a session of its own."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.playback")
    parser.add_argument("--seconds", type=int, default=60)
    parser.add_argument("--size", default="640x360", help="of the video, such as 1920x1080")
    parser.add_argument("--json", type=Path, default=None, help="also write the numbers here")
    arguments = parser.parse_args()
    if missing := missing_programs():
        print(f"This needs {', '.join(missing)}.")
        return 1
    if not os.environ.get(_INSIDE):
        with tempfile.TemporaryDirectory(prefix="foley-sound-") as folder:
            home = {"HOME": folder, "XDG_RUNTIME_DIR": folder, "XDG_CONFIG_HOME": f"{folder}/config"}
            home |= {"XDG_STATE_HOME": f"{folder}/state", "PULSE_RUNTIME_PATH": f"{folder}/pulse"}
            home |= {"QT_QPA_PLATFORM": "offscreen", _INSIDE: folder}
            command = ["dbus-run-session", "--", sys.executable, "-m", "benchmarks.playback", *sys.argv[1:]]
            return subprocess.run(command, env={**os.environ, **home}, check=False).returncode
    folder = Path(os.environ[_INSIDE])
    width, height = (int(side) for side in arguments.size.split("x"))
    with sound_server(folder):
        report = measure(folder, arguments.seconds, (width, height))
    print_report(report)
    if arguments.json is not None:
        arguments.json.write_text(json.dumps(asdict(report)))
    return 0


if __name__ == "__main__":
    sys.exit(main())
