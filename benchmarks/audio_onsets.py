"""How well onsets found in the sound of real clips agree with the annotators, and with another picker.

The clips lie in the real data's folder: `FOLEY_DATA`, or `../shared/data` beside the project. The annotators'
times are rounded to 1/15 s, and they left out what happens at the very beginning and some rustling, so what
is found beyond their events is not always wrong. The other picker's onsets are `truth.json`; agreement is F1
with one-to-one matching, pooled over the clips. Worse sound is made from the clips' own: noise at a level in
dBFS, a faint copy in 16 bits, and AAC at low bit rates.

Measured: all but 1 of 78 annotated events (an unlabelled one without an attack), 9 onsets beyond them; F1
0.976 at 33, 50 and 100 ms, 95 % of the times within 0.9 ms but for a constant 0.4 ms; 5 ms of processor time
per second of sound.
"""

from __future__ import annotations

import io
import json
import os
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import av
import numpy as np
import soxr
from numpy.typing import NDArray

from engine.evaluation.onsets import TOLERANCES_S, evaluate, match_onsets
from engine.features.audio_onsets import owens_onsets
from engine.features.flux_onsets import flux_onsets
from engine.media.audio import read_audio

_PROJECT = Path(__file__).resolve().parent.parent
_RATE = 48_000
_GOAL_MISSED, _GOAL_F1 = 3, 0.95

Samples = NDArray[np.float32]
Onsets = NDArray[np.float64]
Picker = Callable[[Samples, int], Onsets]


@dataclass(frozen=True)
class Clip:
    """The sound of a real clip at 48 kHz, mono, and what others found in it."""

    name: str
    sound: Samples
    annotated: tuple[tuple[float, str], ...]
    """Time and action of each event."""
    picked_s: Onsets


def _read_clips(folder: Path) -> list[Clip]:
    picked = json.loads((folder / "truth.json").read_text())
    labels = json.loads((folder / "labels.json").read_text())
    return [
        Clip(
            name,
            read_audio(folder / name, sample_rate=_RATE, channels=1)[:, 0],
            tuple((event[0], event[2]) for event in labels[name]["events"]),
            np.array(picked[name]["onsets_s"]),
        )
        for name in sorted(picked)
    ]


def _flux(samples: Samples, sample_rate: int) -> Onsets:
    return np.array([onset.time_s for onset in flux_onsets(samples, sample_rate)])


def _away_s(times_s: Onsets, other_s: float) -> float:
    return float(np.abs(times_s - other_s).min(initial=np.inf))


def _print_annotators(clips: list[Clip]) -> None:
    print(f"{'within 100 ms of the annotators':34}{'events':>8}{'missed':>8}{'beyond':>8}   missed events")
    total = np.zeros(3, np.int64)
    for clip in clips:
        found = _flux(clip.sound, _RATE)
        times_s = np.array([time_s for time_s, _ in clip.annotated])
        missed = [event for event in clip.annotated if _away_s(found, event[0]) > 0.1]
        beyond = sum(_away_s(times_s, time_s) > 0.1 for time_s in found)
        counts = len(times_s), len(missed), beyond
        total += counts
        told = ", ".join(f"{time_s:.2f} s ({action})" for time_s, action in missed)
        print(f"  {clip.name:32}{counts[0]:8}{counts[1]:8}{counts[2]:8}   {told}")
    print(f"  {'all':32}{total[0]:8}{total[1]:8}{total[2]:8}   goal: at most {_GOAL_MISSED} missed")


def _print_pickers(clips: list[Clip]) -> None:
    header = "".join(f"{f'{tolerance_s * 1000:.0f} ms':>9}" for tolerance_s in TOLERANCES_S)
    print(f"\n{'F1 against the other picker':34}{header}{'median':>10}{'95 %':>9}{'ms per s':>10}")
    pickers: list[tuple[str, Picker, Callable[[Samples], Samples], int]] = [
        ("Owens et al. (reference)", owens_onsets, lambda sound: sound, _RATE),
        ("flux", _flux, lambda sound: sound, _RATE),
        ("flux, 100 times fainter, 16 bits", _flux, _faint, _RATE),
        ("flux, white noise at -40 dB", _flux, lambda sound: _noisy(sound, -40), _RATE),
        ("flux, white noise at -30 dB", _flux, lambda sound: _noisy(sound, -30), _RATE),
        ("flux, AAC at 64 kbit/s", _flux, lambda sound: _coded(sound, 64_000), _RATE),
        ("flux, AAC at 32 kbit/s", _flux, lambda sound: _coded(sound, 32_000), _RATE),
        ("flux, 96 kHz", _flux, lambda sound: soxr.resample(sound, _RATE, 96_000), 96_000),
        ("flux, 16 kHz", _flux, lambda sound: soxr.resample(sound, _RATE, 16_000), 16_000),
    ]
    for name, picker, worsen, rate in pickers:
        pairs, errors_s, spent_s, sound_s = [], [], 0.0, 0.0
        for clip in clips:
            sound = worsen(clip.sound)
            started = time.process_time()
            found = picker(sound, rate)
            spent_s += time.process_time() - started
            sound_s += len(sound) / rate
            pairs.append((clip.picked_s, found))
            matches = match_onsets(clip.picked_s, found, TOLERANCES_S[-1])
            errors_s += [found[index] - clip.picked_s[true] for true, index in matches]
        scores = "".join(f"{counts.f1:9.3f}" for counts in evaluate(pairs).values())
        median_s = float(np.median(errors_s))
        spread_s = float(np.percentile(np.abs(np.array(errors_s) - median_s), 95))
        row = f"{median_s * 1000:+7.1f} ms{spread_s * 1000:6.1f} ms{spent_s * 1000 / sound_s:10.1f}"
        print(f"  {name:32}{scores}{row}")
    print(f"  {'goal for flux':32}{_GOAL_F1:9.3f}{_GOAL_F1:9.3f}{_GOAL_F1:9.3f}")


def _faint(sound: Samples) -> Samples:
    return (np.rint(sound / 100 * 32768) / 32768).astype(np.float32)


def _noisy(sound: Samples, level_db: float) -> Samples:
    noise = np.random.default_rng(0).standard_normal(len(sound))
    return (sound + 10 ** (level_db / 20) * noise).astype(np.float32)


def _coded(sound: Samples, bit_rate: int) -> Samples:
    file = io.BytesIO()
    with av.open(file, "w", format="mp4") as container:
        stream = container.add_stream("aac", rate=_RATE, layout="mono")
        stream.bit_rate = bit_rate
        frame = av.AudioFrame.from_ndarray(sound[None], format="fltp", layout="mono")
        frame.rate = _RATE
        # A frame that states its time makes the file say how much of its beginning is the coder's own.
        frame.pts = 0
        for piece in (frame, None):
            container.mux(stream.encode(piece))
    file.seek(0)
    with av.open(file, "r") as coded:
        return np.concatenate([frame.to_ndarray()[0] for frame in coded.decode(audio=0)])


def main() -> int:
    """Print the tables."""
    folder = (
        Path(os.environ.get("FOLEY_DATA", _PROJECT.parent / "shared" / "data")) / "greatest_hits" / "clips"
    )
    if not (folder / "truth.json").is_file():
        print(f"Skipped: needs the real clips, and there is no {folder} (set FOLEY_DATA).")
        return 0
    clips = _read_clips(folder)
    _print_annotators(clips)
    _print_pickers(clips)
    print("\nhits of the clips without labels")
    for name in ("hitting_bag.mp4", "hitting_metal.mp4"):
        sound = read_audio(folder / name, sample_rate=_RATE, channels=1)[:, 0]
        print(f"  {name:32}{' '.join(f'{time_s:.3f}' for time_s in _flux(sound, _RATE))}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
