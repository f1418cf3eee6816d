"""Judging what generators make for whole clips: its onsets, levels and materials against the true hits.

Every sound is judged by the same ears: the program's picker of onsets and its network that hears materials.
What they make of the true sound, at the generators' rate and in their levels, is the most that can be had.
"""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import numpy as np
from rich.console import Console
from rich.progress import track

from engine.errors import UserFacingError
from engine.export.wave_file import WaveWriter
from engine.models.picture_sound import PictureSoundConfig
from engine.models.sound_net import load_sound_model
from training.datasets.parts import recordings_to_judge
from training.datasets.recording import Recording
from training.evaluate.figures import check_target, make_folder, write_figure
from training.evaluate.score_table import ScoreTable
from training.sample_rnn.figures import spectrograms_figure
from training.sample_rnn.made_sounds import (
    JudgedClip,
    Samples,
    generated_sounds,
    judged_clip,
    mixed_sound,
    true_project,
)
from training.sample_rnn.runs import Run, opened_runs, require_same_sound
from training.sample_rnn.sound_scores import (
    HeardSound,
    SoundScores,
    listen,
    mean_f1,
    onsets_alone,
    scored,
    sound_onsets,
)

GOAL_F1 = 0.6
"""Of sounds that are told the hits, at the last tolerance."""

TRUE_SOUND = "the true sound"
OTHER_SOUND = "the true sound of another clip"
AT_RANDOM = "as many onsets at random"
FOUND_HITS = "the found hits themselves"
_KIT_MIXES = ("kit mix, true hits", "kit mix, found hits")

_RANDOM_DRAWS = 20
_DOTS_PER_INCH = 100

Maker = Callable[[JudgedClip], list[Samples]]
"""Makes sounds for a clip."""


@dataclass(frozen=True, slots=True)
class JudgeSettings:
    """What is judged, and what is written.

    Attributes
    ----------
    data
        A data set with sound.
    is_test_only
        Only the clips that it keeps for testing.
    clips
        At most so many, spread over the data set; 0 takes all.
    seeds
        So many takes per clip.
    temperature
        Of the takes.
    is_exact
        Whether weights stay as exact as they are.
    threads
        Takes are shared out among so many.
    sounds
        Folder for the first take of each clip and maker, as WAV files.
    figure
        Where to draw spectrograms of one clip.
    figure_clip
        Its name; the first when left out.
    """

    data: str = "greatest-hits-clips"
    is_test_only: bool = False
    clips: int = 12
    seeds: int = 3
    temperature: float = 1.0
    is_exact: bool = False
    threads: int = 1
    sounds: Path | None = None
    figure: Path | None = None
    figure_clip: str = ""

    def __post_init__(self) -> None:
        if self.clips < 0 or self.seeds < 1 or self.temperature <= 0:
            raise UserFacingError("There must be at least 0 clips, 1 seed, and a temperature above 0.")


def judge(models: Sequence[Path], settings: JudgeSettings) -> dict[str, SoundScores]:
    """Print the tables, and write sounds and the figure where they are wanted.

    Parameters
    ----------
    models
        Folders of runs, or of models alone.

    Raises
    ------
    UserFacingError
        When something can't be opened or written.
    """
    check_target(settings.figure)
    if settings.sounds is not None:
        make_folder(settings.sounds)
    runs = opened_runs(models, is_exact=settings.is_exact)
    config = require_same_sound(runs)
    recordings = _recordings(settings)
    console = Console(stderr=True)
    with tempfile.TemporaryDirectory() as folder:
        clips = [
            judged_clip(recording, config, Path(folder))
            for recording in track(recordings, "finding hits", console=console, transient=True)
        ]
        makers = {TRUE_SOUND: lambda clip: [clip.sound], **_makers(runs, config, settings)}
        made = {
            (name, clip.name): maker(clip)
            for name, maker in makers.items()
            for clip in track(clips, name, console=console, transient=True)
        }
    ear = load_sound_model()
    heard = {TRUE_SOUND: list[HeardSound](), **_by_chance(clips, config)}
    for name in makers:
        heard[name] = [
            listen(clip, sound, config.sample_rate, ear) for clip in clips for sound in made[name, clip.name]
        ]
    scores = {name: scored(sounds) for name, sounds in heard.items()}
    _score_table(scores, clips, settings).show()
    kept = {TRUE_SOUND, FOUND_HITS, *makers} - set(_KIT_MIXES)
    _clip_table({name: heard[name] for name in heard if name in kept}, clips).show()
    if settings.sounds is not None:
        for (name, clip), sounds in made.items():
            _write_sound(settings.sounds / f"{_word(clip)}_{_word(name)}.wav", sounds[0], config.sample_rate)
    if settings.figure is not None:
        drawn = next((clip for clip in clips if clip.name == settings.figure_clip), clips[0])
        rows = {name: made[name, drawn.name][0] for name in makers}
        marks_s = [hit.time_s for hit in drawn.hits]
        figure = spectrograms_figure(rows, config.sample_rate, marks_s, drawn.name)
        write_figure(figure, settings.figure, _DOTS_PER_INCH)
    return scores


def _recordings(settings: JudgeSettings) -> list[Recording]:
    recordings = [
        each
        for each in recordings_to_judge(settings.data, is_test_only=settings.is_test_only)
        if each.sound is not None and each.contacts
    ]
    if not recordings:
        raise UserFacingError(f"“{settings.data}” has no clip with both sound and known hits.")
    count = settings.clips or len(recordings)
    chosen = recordings[:: max(1, len(recordings) // count)][:count]
    wanted = settings.figure_clip
    if wanted and wanted not in [each.name for each in chosen]:
        named = [each for each in recordings if each.name == wanted]
        if not named:
            raise UserFacingError(f"“{settings.data}” has no clip “{wanted}” with both sound and known hits.")
        chosen = [*chosen[: count - 1], *named]
    return chosen


def _makers(runs: Sequence[Run], config: PictureSoundConfig, settings: JudgeSettings) -> dict[str, Maker]:
    """What makes sounds, by the name of its row."""
    makers: dict[str, Maker] = {
        _KIT_MIXES[0]: lambda clip: [mixed_sound(clip, true_project(clip), config)],
        _KIT_MIXES[1]: lambda clip: [mixed_sound(clip, clip.project, config)],
    }
    for run in runs:
        make = partial(
            generated_sounds,
            run.model,
            seeds=range(settings.seeds),
            temperature=settings.temperature,
            threads=settings.threads,
        )
        if run.model.config.variant == "hits":
            makers[f"{run.name}, told true hits"] = lambda clip, make=make: make(clip, clip.hits)
            makers[f"{run.name}, told found hits"] = lambda clip, make=make: make(clip, clip.found_hits)
        else:
            makers[run.name] = lambda clip, make=make: make(clip, ())
    return makers


def _by_chance(clips: Sequence[JudgedClip], config: PictureSoundConfig) -> dict[str, list[HeardSound]]:
    """What right onsets one has without looking, and what one has who looks and makes no sound."""
    rng = np.random.default_rng(0)
    heard: dict[str, list[HeardSound]] = {OTHER_SOUND: [], AT_RANDOM: [], FOUND_HITS: []}
    for number, clip in enumerate(clips):
        other = clips[(number + 1) % len(clips)].sound
        heard[OTHER_SOUND].append(onsets_alone(clip, sound_onsets(other, config.sample_rate)))
        end_s = len(clip.sound) / config.sample_rate
        for _ in range(_RANDOM_DRAWS):
            heard[AT_RANDOM].append(onsets_alone(clip, rng.uniform(0.0, end_s, len(clip.hits))))
        heard[FOUND_HITS].append(onsets_alone(clip, [hit.time_s for hit in clip.found_hits]))
    if len(clips) == 1:
        del heard[OTHER_SOUND]
    return heard


def _score_table(
    scores: Mapping[str, SoundScores], clips: Sequence[JudgedClip], settings: JudgeSettings
) -> ScoreTable:
    hits = sum(len(clip.hits) for clip in clips)
    table = ScoreTable(
        f"Sounds for {len(clips)} clips of {Path(settings.data).name} with {hits} hits: {settings.seeds} "
        f"takes, temperature {settings.temperature:g}",
        ("F1 ±50 ms", "F1 ±100 ms", "precision", "recall", "level r", "level error", "material heard"),
        notes=[
            "Onsets are picked from the sound and matched one to one with the true hits; precision and "
            f"recall are those at ±100 ms. Goal for what is told hits: F1 {GOAL_F1:g} at ±100 ms.",
            "Levels are those of hits in dB against the true sound's. Material heard: how often the "
            "program's ear takes a hit for what is truly struck. Below: 95 % of bootstrap draws over clips.",
        ],
    )
    for name, row in scores.items():
        table.add(
            name,
            *row.f1,
            row.precision,
            row.recall,
            row.level_correlation,
            f"{row.level_error_db:.1f} dB" if np.isfinite(row.level_error_db) else None,
            row.heard,
            kind="ours" if "told" in name else "reference",
        )
    return table


def _clip_table(heard: Mapping[str, Sequence[HeardSound]], clips: Sequence[JudgedClip]) -> ScoreTable:
    """F1 at the last tolerance, clip by clip."""
    table = ScoreTable("F1 at ±100 ms, clip by clip", ("hits", *heard), first="clip")
    for clip in clips:
        scores = [
            mean_f1([sound for sound in sounds if sound.clip == clip.name]) for sounds in heard.values()
        ]
        table.add(clip.name, len(clip.hits), *scores)
    return table


def _write_sound(path: Path, sound: Samples, sample_rate: int) -> None:
    with WaveWriter(path, sample_rate, 1, len(sound)) as file:
        file.write(sound[:, None])
        file.finish()
        file.put_in_place()


def _word(name: str) -> str:
    """A name as part of a file's."""
    return "".join(letter if letter.isalnum() or letter in "-." else "-" for letter in name)
