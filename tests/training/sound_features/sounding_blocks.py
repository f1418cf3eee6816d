"""The films of falling blocks with their sound: a knock at each landing, as loud as their levels say."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import soundfile

from tests.training.hits.falling_blocks import PICTURES, RATE, write_falling_blocks

SAMPLE_RATE = 16_000


def write_sounding_blocks(folder: Path, clips: int) -> Path:
    """Clips of 2 s with two landings each, in the stage's layout."""
    write_falling_blocks(folder, clips)
    rng = np.random.default_rng(1)
    for truth in sorted(folder.glob("shard_0000/*_truth.json")):
        landings_s = [contact["time_s"] for contact in json.loads(truth.read_text())["contacts"]]
        sound = 0.001 * rng.standard_normal(SAMPLE_RATE * PICTURES // RATE)
        knock = 0.5 * rng.standard_normal(2000) * np.exp(-np.arange(2000) / 400)
        for landing_s in landings_s:
            first = round(landing_s * SAMPLE_RATE)
            sound[first : first + len(knock)] += knock
        path = truth.with_name(truth.name.replace("_truth.json", "_denoised.wav"))
        soundfile.write(path, np.clip(sound, -1, 1), SAMPLE_RATE)
    return folder
