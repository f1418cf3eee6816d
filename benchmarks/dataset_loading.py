"""Samples per second that a data set gives one training process, by kind of sample, in random order.

The reference decodes every sample from its file anew. "In memory" keeps small clips whole; "kept" reads
pictures decoded in an earlier epoch from a folder. Clips are 25 s long, 344 x 256, 250 pictures a GOP, with
96 kHz sound; the numbers are for one process and include the sound's features.
"""

from __future__ import annotations

import tempfile
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

import numpy as np
import soundfile

from benchmarks.frame_access import write_clip
from training.datasets.centred_clips import CentredClips
from training.datasets.contact_moments import ContactMoments
from training.datasets.footage import Footage
from training.datasets.level_windows import DRUMSTICK_WINDOWS, IMPACTS_WINDOWS, LevelWindows
from training.datasets.picture_cache import PictureCache
from training.datasets.recording import Contact, Recording
from training.datasets.sounded_clips import SoundedClips
from training.datasets.time_windows import TimeWindows

_CLIPS = 3
_DURATION_S = 25.0
_SAMPLES = 24
_SOUND_RATE = 96_000
_GOAL_RATIO = 3.0


class Samples(Protocol):
    """What all kinds of samples are."""

    def __len__(self) -> int: ...

    def __getitem__(self, index: int) -> Any: ...


@dataclass(frozen=True, slots=True)
class Speed:
    """Samples per second."""

    anew: float
    in_memory: float
    kept: float


KINDS: dict[str, Callable[[Sequence[Recording], Footage], Samples]] = {
    "centred clips, 15 at 224x224": CentredClips,
    "2 s windows, 60 at 112x112": TimeWindows,
    "contact, 224x224 and 1 s of sound": ContactMoments,
    "levels, 100 at 114x64": lambda clips, footage: LevelWindows(clips, DRUMSTICK_WINDOWS, footage),
    "levels, 100 at 224x224": lambda clips, footage: LevelWindows(clips, IMPACTS_WINDOWS, footage),
    "whole clips, 156 at 224x224": SoundedClips,
}


def write_recordings(folder: Path) -> list[Recording]:
    """Clips with a contact every 0.8 s and noise for sound."""
    random = np.random.default_rng(2)
    recordings = []
    for number in range(_CLIPS):
        picture = write_clip(folder / f"{number}.mp4", (344, 256), random)
        sound = folder / f"{number}.wav"
        noise = random.normal(0, 0.1, round(_DURATION_S * _SOUND_RATE))
        soundfile.write(sound, noise, _SOUND_RATE, subtype="PCM_16")
        contacts = tuple(Contact(float(time_s), "wood", "hit") for time_s in np.arange(0.5, _DURATION_S, 0.8))
        recordings.append(Recording(str(number), str(number), picture, sound, _DURATION_S, contacts))
    return recordings


def samples_per_second(samples: Samples, order: Sequence[int]) -> float:
    """Speed of taking some samples."""
    start = time.perf_counter()
    for index in order:
        samples[index % len(samples)]
    return len(order) / (time.perf_counter() - start)


def measure(
    kind: Callable[[Sequence[Recording], Footage], Samples], recordings: Sequence[Recording], folder: Path
) -> Speed:
    """All three ways, each in the same order; what is compiled or kept on the first sample is not counted."""
    order = np.random.default_rng(3).permutation(10_000)[:_SAMPLES].tolist()
    anew = kind(recordings, Footage(PictureCache(memory_bytes=0)))
    anew[0]
    in_memory = kind(recordings, Footage())
    kept = kind(recordings, Footage(PictureCache(folder)))
    samples_per_second(kept, order)
    return Speed(
        samples_per_second(anew, order),
        samples_per_second(in_memory, order),
        samples_per_second(kept, order),
    )


def main() -> None:
    """Print the table."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        recordings = write_recordings(folder)
        print(f"{'samples/s':36}{'anew':>9}{'in memory':>11}{'kept':>9}{'kept/anew':>11}{'goal':>7}")
        for number, (title, kind) in enumerate(KINDS.items()):
            speed = measure(kind, recordings, folder / f"kept {number}")
            ratio = f"{speed.kept / speed.anew:10.1f}x{_GOAL_RATIO:6.0f}x"
            print(f"{title:36}{speed.anew:9.1f}{speed.in_memory:11.1f}{speed.kept:9.1f}{ratio}")


if __name__ == "__main__":
    main()
