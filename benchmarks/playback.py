"""Is what is heard the mix, and in time with what is shown? Measured through a PipeWire null sink.

`python -m benchmarks.playback [--seconds 60] [--size 640x360] [--json OUT]` starts a sound server of its
own (pipewire, wireplumber, pipewire-pulse; nothing of the desktop's is touched), makes a null sink its
default, plays a video with a flash each second and a hit on each flash through the real player process, and
records the sink's monitor.

How times are told
------------------
*Shown* is when the window's signal with a picture fires, `time.monotonic`. *Heard* is when the sink takes a
sample. Each fragment that `parec` delivers holds what the sink took in one cycle, so its first sample was
taken no later than the fragment arrives. A line through the earliest arrival in each second gives the time
of every sample; delays of single fragments don't count. What remains unknown is how long the monitor, the
server and the pipe take at the least: it makes sounds look later, pictures earlier, by less than one
fragment. That bound is printed as the uncertainty.
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
        pactl("load-module", "module-null-sink", f"sink_name={SINK}", f"rate={SAMPLE_RATE}", "channels=2")
        pactl("set-default-sink", SINK)
        yield


def pactl(*arguments: str) -> None:
    """Tell the sound server something."""
    subprocess.run(["pactl", *arguments], check=True, stdout=subprocess.DEVNULL)


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
        """When recorded frames were taken by the sink, at the latest; told from the fragments of `frames`."""
        told = [arrival for arrival in self._arrivals if frames.min() <= arrival[1] <= frames.max()]
        arrived_s = np.array([arrival[0] for arrival in told])
        first = np.array([arrival[1] for arrival in told])
        lateness_s = arrived_s - first / SAMPLE_RATE
        second = (arrived_s - arrived_s[0]).astype(int)
        earliest = np.array(
            [np.flatnonzero(second == n)[np.argmin(lateness_s[second == n])] for n in np.unique(second)]
        )
        line = np.polyfit(first[earliest], lateness_s[earliest], 1)
        # Below the fit by as much as its earliest point.
        below_s = float((lateness_s - np.polyval(line, first)).min())
        return frames / SAMPLE_RATE + np.polyval(line, frames) + below_s


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


def lags_per_second(recorded: NDArray[np.float32], mix: NDArray[np.float32]) -> NDArray[np.int64]:
    """For each second of the mix from the first on: how much later its hit lies in the recording.

    The first is looked for in the whole recording, by cross-correlation with the first seconds of the
    mix; each further one within half a second of the one before.
    """
    part = mix[: min(len(mix), 8 * SAMPLE_RATE), 0]
    size = 1 << int(len(recorded) + len(part)).bit_length()
    spectrum = np.fft.rfft(recorded[:, 0], size) * np.conj(np.fft.rfft(part, size))
    lag = int(np.argmax(np.fft.irfft(spectrum, size)[: len(recorded)]))
    lags = [lag]
    for second in range(1, len(mix) // SAMPLE_RATE):
        hit = mix[second * SAMPLE_RATE : second * SAMPLE_RATE + SAMPLE_RATE // 10, 0]
        first = max(0, lag + second * SAMPLE_RATE - SAMPLE_RATE // 2)
        near = recorded[first : first + SAMPLE_RATE + len(hit), 0]
        lag = first + int(np.argmax(np.correlate(near, hit, "valid"))) - second * SAMPLE_RATE
        lags.append(lag)
    return np.array(lags)


def wrong_samples(recorded: NDArray[np.float32], mix: NDArray[np.float32], lags: NDArray[np.int64]) -> int:
    """Samples of the mix that are not in the recording where their second's lag puts them.

    A second in which the sound was interrupted is compared from both its ends.
    """
    wrong = 0
    for second, (lag, next_lag) in enumerate(zip(lags, np.append(lags[1:], lags[-1]), strict=True)):
        start, end = second * SAMPLE_RATE, (second + 1) * SAMPLE_RATE
        is_early = (recorded[start + lag : end + lag] == mix[start:end]).all(axis=1)
        is_late = (recorded[start + next_lag : end + next_lag] == mix[start:end]).all(axis=1)
        # Up to the interruption the samples are early, after it late, and in between neither is looked at.
        wrong += int(np.count_nonzero(~(is_early | is_late)))
    return wrong


def usual_slope(x: NDArray[np.float64], y: NDArray[np.float64]) -> float:
    """The median slope between any two points (Theil-Sen): single late pictures don't tilt it."""
    first, second = np.triu_indices(len(x), 1)
    return float(np.median((y[second] - y[first]) / (x[second] - x[first])))


def measure(folder: Path, seconds: int, size: tuple[int, int]) -> PlaybackReport:
    """Play, record, compare."""
    from engine.synthesis.mixer import render
    from engine.synthesis.sound_pool import SoundPool

    write_flashing_video(folder / "flashes.mp4", seconds, size)
    recording, shown, asked_s, device = play_and_record(folder, seconds, size)
    project = flashing_project(seconds, size)
    mix = render(project, SoundPool(folder), 0, project.length)
    recorded = recording.samples
    lags = lags_per_second(recorded, mix)
    flashes = [(at_s, index) for at_s, index, bright in shown if bright and index and index % FRAME_RATE == 0]
    seconds_shown = np.array([index // FRAME_RATE for _, index in flashes])
    frames = np.append(lags[seconds_shown] + seconds_shown * SAMPLE_RATE, lags[0])
    heard_s = recording.heard_s(frames)
    offsets_ms = 1000.0 * (np.array([at_s for at_s, _ in flashes]) - heard_s[:-1])
    delays = np.diff(lags)
    return PlaybackReport(
        seconds=seconds,
        offset_ms=float(np.median(offsets_ms)),
        offset_low_ms=float(np.percentile(offsets_ms, 5)),
        offset_high_ms=float(np.percentile(offsets_ms, 95)),
        uncertainty_ms=recording.fragment_ms,
        drift_ms_per_min=60.0 * usual_slope(seconds_shown.astype(np.float64), offsets_ms),
        pictures=seconds * FRAME_RATE,
        pictures_shown=len({index for _, index, _ in shown}),
        samples=len(mix),
        wrong_samples=wrong_samples(recorded, mix, lags),
        interruptions=int(np.count_nonzero(delays)),
        interrupted_ms=1000.0 * float(delays.sum()) / SAMPLE_RATE,
        lag_ms=1000.0 * (float(heard_s[-1]) - asked_s),
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
