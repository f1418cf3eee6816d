"""The sound kit beside recordings: measures per material, and spectrograms to look at.

`python -m benchmarks.kit_report [OUT]` needs the folder of real data. It prints one table of medians, kit
against recordings, with a verdict per measure, and writes spectrograms side by side to OUT
(`out/kit-report`).

Two kinds of recordings: blows of a drumstick, filmed in rooms (few materials, but exactly what the kit
makes), and a library of footsteps, drops and breaks (nearly all materials, but no stick: shoes and hands are
duller).
Where a material has stick blows, they are the reference and the library is only shown.
"""

from __future__ import annotations

import json
import os
import sys
import time
from dataclasses import dataclass, fields
from pathlib import Path

import av
import matplotlib.pyplot as plt
import numpy as np
import soundfile
import soxr
from matplotlib.axes import Axes

from engine.evaluation.sound_shape import SPECTRUM_S, SoundShape, sound_shape
from engine.project.materials import ACTIONS, MATERIALS
from engine.project.timebase import SAMPLE_RATE
from engine.synthesis.kit import KitRecipe, synthesise

ROOT = Path(__file__).resolve().parent.parent
KIT_SEEDS = range(0, 40 * 16, 16)
STRENGTHS = (0.55, 0.7, 0.85)
CLIP_MATERIALS = {
    "gh_10.mp4": "metal",
    "gh_20.mp4": "wood",
    "gh_32.mp4": "cloth",
    "gh_334.mp4": "gravel",
    "gh_69.mp4": "rock",
    "gh_70.mp4": "rock",
    "gh_76.mp4": "paper",
}
"""What each filmed clip's stick strikes, blow after blow (`gh_334.mp4` is gravelly dirt)."""
CLIP_HITS_UNTIL_S = {"gh_334.mp4": 3.0, "gh_76.mp4": 5.2}
"""After this the stick scratches."""
CLIP_SCRATCHES_FROM_S = {"gh_334.mp4": ("dirt", 5.0), "gh_76.mp4": ("paper", 5.4)}
SCRATCH_S = 0.45
STICK_ON_ANYTHING_HARD = frozenset({"tile"})
"""Known only from shoes; what a stick does on metal, wood and rock says more."""
QUIETEST_BLOW_DB = -20.0
"""Onsets this far below the loudest of their clip are not blows."""
RATIO_BANDS = {
    "centroid_hz": 1.35,
    "bandwidth_hz": 1.5,
    "fall_10_ms": 2.2,
    "fall_20_ms": 2.0,
    "flatness": 4.0,
}
"""How far, as a factor, the kit's median may lie from the stick blows' median."""
SHOWN = (
    "centroid_hz",
    "bandwidth_hz",
    "tilt_db_per_octave",
    "flatness",
    "attack_ms",
    "fall_10_ms",
    "fall_20_ms",
)


@dataclass(frozen=True, slots=True, eq=False)
class Recording:
    """One recorded impact: mono (n,) at 48 kHz, its contact in samples, and noise from before it."""

    name: str
    sound: np.ndarray
    contact: int
    noise: np.ndarray | None
    spectrum_s: float = SPECTRUM_S

    @property
    def shape(self) -> SoundShape:
        """Its measures."""
        return sound_shape(
            self.sound, SAMPLE_RATE, contact=self.contact, noise=self.noise, spectrum_s=self.spectrum_s
        )


def clip_audio(path: Path) -> np.ndarray:
    """The sound of a filmed clip, mono (n,) at 48 kHz, from the first picture on."""
    with av.open(str(path)) as container:
        resampler = av.AudioResampler(format="flt", layout="mono", rate=SAMPLE_RATE)
        pieces = [
            piece.to_ndarray()[0]
            for frame in container.decode(audio=0)
            for piece in resampler.resample(frame)
        ]
    return np.concatenate(pieces)


def stick_blows(folder: Path) -> dict[str, list[Recording]]:
    """The drumstick's blows by material."""
    truth = json.loads((folder / "truth.json").read_text())
    blows: dict[str, list[Recording]] = {}
    for clip, material in CLIP_MATERIALS.items():
        sound = clip_audio(folder / clip)
        onsets = np.array(truth[clip]["onsets_s"])
        ends = np.append(onsets[1:], sound.size / SAMPLE_RATE)
        found = []
        for onset_s, end_s in zip(onsets, ends, strict=True):
            if onset_s < 0.2 or onset_s > CLIP_HITS_UNTIL_S.get(clip, 99.0) or end_s - onset_s < 0.3:
                continue
            start = int((onset_s - 0.160) * SAMPLE_RATE)
            piece = sound[start : int(min(end_s - 0.03, onset_s + 0.6) * SAMPLE_RATE)]
            before = int(0.150 * SAMPLE_RATE)
            found.append(
                Recording(f"{clip[:-4]} {onset_s:.2f} s", piece, before + 480, piece[: before - 1440])
            )
        loudest = max(np.abs(blow.sound).max() for blow in found)
        floor = loudest * 10.0 ** (QUIETEST_BLOW_DB / 20.0)
        blows.setdefault(material, []).extend(b for b in found if np.abs(b.sound).max() > floor)
    return blows


def stick_scratches(folder: Path) -> dict[str, list[Recording]]:
    """The drumstick's scratches by material."""
    truth = json.loads((folder / "truth.json").read_text())
    scratches = {}
    for clip, (material, from_s) in CLIP_SCRATCHES_FROM_S.items():
        sound = clip_audio(folder / clip)
        noise = sound[: int(0.15 * SAMPLE_RATE)]
        scratches[material] = [
            Recording(clip, sound[start : start + int(SCRATCH_S * SAMPLE_RATE)], 0, noise, SCRATCH_S)
            for start in (
                int(onset_s * SAMPLE_RATE) for onset_s in truth[clip]["onsets_s"] if onset_s > from_s
            )
            if start + int(SCRATCH_S * SAMPLE_RATE) <= sound.size
        ]
    return scratches


def library_sounds(folder: Path) -> dict[str, list[Recording]]:
    """The loudest moment of every recording of the library, by material."""
    sounds: dict[str, list[Recording]] = {}
    for path in sorted(folder.glob("*/*.*")):
        samples, sample_rate = soundfile.read(path, dtype="float32", always_2d=True)
        sound = np.asarray(soxr.resample(samples.mean(axis=1), sample_rate, SAMPLE_RATE))
        peak = int(np.argmax(np.abs(sound)))
        start = max(0, peak - int(0.02 * SAMPLE_RATE))
        sounds.setdefault(path.parent.name, []).append(
            Recording(path.stem, sound[start : start + SAMPLE_RATE], peak - start, None)
        )
    return sounds


def kit_sounds(material: str) -> list[Recording]:
    """Hits of the kit on many objects at middling strengths."""
    return [
        Recording(
            f"kit {seed}",
            synthesise(KitRecipe(material, "hit", seed + n % 16, STRENGTHS[n % len(STRENGTHS)])),
            0,
            None,
        )
        for n, seed in enumerate(KIT_SEEDS)
    ]


def kit_scratches(material: str) -> list[Recording]:
    """Scratches of the kit, as long as the recorded ones are measured."""
    return [
        Recording("kit", synthesise(KitRecipe(material, "scratch", seed, 0.7, SCRATCH_S)), 0, None, SCRATCH_S)
        for seed in KIT_SEEDS[::2]
    ]


def medians(recordings: list[Recording]) -> dict[str, tuple[float, float, float]]:
    """Per measure the 10th, 50th and 90th percentile."""
    shapes = [recording.shape for recording in recordings]
    table = {}
    for field in fields(SoundShape):
        values = np.array([getattr(shape, field.name) for shape in shapes])
        values = values[np.isfinite(values)]
        low, mid, high = np.percentile(values, (10, 50, 90)) if values.size else (np.nan,) * 3
        table[field.name] = (float(low), float(mid), float(high))
    return table


def verdict(kit: float, measure: str, reference: tuple[float, float, float]) -> str:
    """`ok` when the kit's median lies among the recordings, or near enough to their median; else the side."""
    low, mid, high = reference
    factor = RATIO_BANDS.get(measure)
    if factor is not None:
        low, high = min(low, mid / factor), max(high, mid * factor)
    elif measure == "tilt_db_per_octave":
        low, high = min(low, mid - 3.0), max(high, mid + 3.0)
    else:
        low, high = 0.0, max(high, mid + 4.0)
    if low <= kit <= high:
        return "ok"
    return "low" if kit < low else "high"


def spectrogram(axes: Axes, sound: np.ndarray, title: str, length_s: float) -> None:
    """Draw one spectrogram, 90 dB deep."""
    padded = np.zeros(int(length_s * SAMPLE_RATE))
    piece = sound[: padded.size] / max(1e-9, float(np.abs(sound).max()))
    padded[: piece.size] = piece
    axes.specgram(padded + 1e-9, NFFT=512, Fs=SAMPLE_RATE, noverlap=448, vmin=-150, vmax=-50, cmap="magma")
    axes.set_ylim(0, 16000)
    axes.set_title(title, fontsize=8)
    axes.tick_params(labelsize=6)


def draw_material(material: str, recorded: list[Recording], out: Path) -> None:
    """One page: three recordings, three hits and two scratches of the kit."""
    figure, axes = plt.subplots(2, 4, figsize=(16, 7))
    chosen = recorded[:: max(1, len(recorded) // 3)][:3]
    for place in axes[0, len(chosen) : 3]:
        place.axis("off")
    for place, recording in zip(axes[0], chosen, strict=False):
        start = max(0, recording.contact - 960)
        spectrogram(place, recording.sound[start:], f"recorded: {recording.name}", 0.5)
    for place, (seed, strength) in zip(axes[1], ((3, 0.5), (40, 0.75), (90, 1.0)), strict=False):
        sound = synthesise(KitRecipe(material, "hit", seed, strength))
        spectrogram(place, np.pad(sound, (960, 0)), f"kit: hit, seed {seed}, strength {strength}", 0.5)
    for place, seed in ((axes[0, 3], 5), (axes[1, 3], 70)):
        spectrogram(
            place,
            synthesise(KitRecipe(material, "scratch", seed, 0.7, 1.2)),
            f"kit: scratch, seed {seed}",
            1.2,
        )
    figure.suptitle(material)
    figure.tight_layout()
    figure.savefig(out / f"{material}.png", dpi=70)
    plt.close(figure)


def milliseconds_per_sound() -> list[tuple[str, str, float]]:
    """Per material and action the median time on one core for one sound (a scratch of one second)."""
    rows = []
    for material in MATERIALS:
        for action in ACTIONS:
            recipes = [KitRecipe(material, action, seed, 0.7, 1.0) for seed in range(0, 144, 16)]
            synthesise(recipes[0])
            taken = []
            for recipe in recipes:
                started = time.thread_time()
                synthesise(recipe)
                taken.append(time.thread_time() - started)
            rows.append((material, action, float(np.median(taken)) * 1000.0))
    return rows


def print_row(
    material: str,
    what: str,
    measured: dict[str, tuple[float, float, float]],
    note: str = "",
    shown: tuple[str, ...] = SHOWN,
) -> None:
    """One row of medians."""
    numbers = "".join(f"{measured[name][1]:>11.{3 if name == 'flatness' else 1}f}" for name in shown)
    numbers = numbers.ljust(11 * len(SHOWN))
    print(f"{material:<12}{what:<9}{numbers}  {note}")


def main() -> None:
    """Print the tables and write the pictures."""
    out = Path(sys.argv[1]) if len(sys.argv) > 1 else ROOT / "out" / "kit-report"
    data = Path(os.environ.get("FOLEY_DATA", ROOT.parent / "shared" / "data"))
    if not (data / "README.md").is_file():
        raise SystemExit(f"The report compares with real recordings, and {data} has none (set FOLEY_DATA).")
    out.mkdir(parents=True, exist_ok=True)
    clips = data / "greatest_hits" / "clips"
    blows, scratches, library = stick_blows(clips), stick_scratches(clips), library_sounds(data / "sounds")

    print(f"{'material':<12}{'what':<9}" + "".join(f"{name.rsplit('_', 1)[0][:10]:>11}" for name in SHOWN))
    centroids_hz = {}
    for material in MATERIALS:
        kit = medians(kit_sounds(material))
        centroids_hz[material] = kit["centroid_hz"][1]
        references = {"stick": blows.get(material, []), "library": library.get(material, [])}
        measured = {what: medians(found) for what, found in references.items() if found}
        reference = next(iter(measured.values()), None)
        if material in STICK_ON_ANYTHING_HARD:
            reference = medians(blows["metal"] + blows["wood"] + blows["rock"])
        odd = []
        if reference is not None:
            verdicts = {name: verdict(kit[name][1], name, reference[name]) for name in SHOWN}
            odd = [f"{name.rsplit('_', 1)[0]} {said}" for name, said in verdicts.items() if said != "ok"]
        print_row(
            material, "kit", kit, "no reference" if reference is None else ", ".join(odd) or "plausible"
        )
        for what, numbers in measured.items():
            print_row("", what, numbers, f"{len(references[what])} sounds")
        print_row("", "scratch", medians(kit_scratches(material)), shown=SHOWN[:4])
        if material in scratches:
            print_row(
                "", "  stick", medians(scratches[material]), f"{len(scratches[material])} sounds", SHOWN[:4]
            )
        draw_material(material, references["stick"] + references["library"], out)

    recorded_hz = np.median([np.median([b.shape.centroid_hz for b in found]) for found in blows.values()])
    print(f"\nmedian centroid of the kit's 17 materials   {np.median(list(centroids_hz.values())):7.0f} Hz")
    print(f"median centroid of the recorded stick's {len(blows)}   {recorded_hz:7.0f} Hz")
    print("\nms of one core per sound (scratches: of one second)")
    for material, action, taken_ms in milliseconds_per_sound():
        print(f"{material:<12}{action:<9}{taken_ms:6.1f}")
    print(f"\nspectrograms in {out}")


if __name__ == "__main__":
    main()
