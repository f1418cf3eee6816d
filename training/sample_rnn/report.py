"""The table of cross-entropies: variants beside what knows no picture, on clips learned from and held out."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from engine.errors import UserFacingError
from engine.models.picture_sound import PictureSoundConfig
from training.datasets.parts import opened_parts, recordings_to_judge
from training.datasets.recording import Recording
from training.evaluate import papers
from training.evaluate.figures import check_target, write_figure
from training.evaluate.score_table import ScoreTable
from training.frame.run_folder import read_curve
from training.sample_rnn.clips import SoundingClip, prepared_clips
from training.sample_rnn.cross_entropy import (
    SOUNDING_DB,
    Costs,
    CrossEntropy,
    cross_entropy,
    network_costs,
    plain_counters,
)
from training.sample_rnn.envelopes import with_envelopes
from training.sample_rnn.figures import curves_figure
from training.sample_rnn.recipe import DataConfig
from training.sample_rnn.runs import Run, opened_runs

CLIPS = 40


@dataclass(frozen=True, slots=True)
class ReportRow:
    """What the next sample costs on clips to learn from, and on others; whether a network foretells it."""

    training: CrossEntropy
    testing: CrossEntropy
    is_network: bool


def report(
    runs: Sequence[Path],
    *,
    data: Sequence[str] = (),
    test: Sequence[str] = (),
    clips: int = CLIPS,
    cache: Path | None = None,
    figure: Path | None = None,
) -> dict[str, ReportRow]:
    """Print the table; runs whose levels stand for different things have a table each.

    Parameters
    ----------
    runs
        Folders of runs, or of models alone.
    data
        What was learned from; as the first run says when none is named.
    test
        Data sets whose test clips are the held-out sound; when none is named, the clips that the best was
        chosen by.
    clips
        At most so many of each side.
    cache
        Where sound and what the pictures show are kept.
    figure
        Where to draw the runs' curves.

    Raises
    ------
    UserFacingError
        When a run or the data can't be opened.
    """
    check_target(figure)
    opened = opened_runs(runs, is_exact=True)
    recipes = [run.recipe.data for run in opened if run.recipe is not None]
    settings = replace(recipes[0] if recipes else DataConfig(), cache=cache)
    if data:
        settings = replace(settings, folders=tuple(data), training_clips=0, validation_clips=0)
    learned, held_out = _sides(settings, test, clips)
    rows: dict[str, ReportRow] = {}
    for group in _of_same_levels(opened):
        some = _rows(group, learned, held_out, settings)
        table(some, len(learned), len(held_out), group[0].model.config).show()
        rows |= some
    if figure is not None:
        curves = {run.name: read_curve(run.folder) for run in opened if run.recipe is not None}
        write_figure(curves_figure(curves), figure)
    return rows


def table(
    rows: Mapping[str, ReportRow], learned: int, held_out: int, config: PictureSoundConfig
) -> ScoreTable:
    """The table, with the rows of the paper."""
    share = next(iter(rows.values())).testing.sounding_share
    of = "the sound's shape under its hits' envelope" if config.has_envelope else config.quantisation
    shown = ScoreTable(
        f"Cross-entropy in nats per sample ({config.sample_rate} Hz, {of}): {learned} clips "
        f"that were learned from, {held_out} held out",
        ("training", "testing", "training, sounding", "testing, sounding", "testing, silence"),
        notes=[
            f"Sounding: pictures whose sound is above {SOUNDING_DB:g} dBFS, {share:.0%} of what is held "
            "out. A network hears every sample before the one it foretells; “hits” is told the true hits.",
        ],
    )
    for name, row in rows.items():
        shown.add(
            name,
            row.training.nats,
            row.testing.nats,
            row.training.sounding,
            row.testing.sounding,
            row.testing.silence,
            kind="ours" if row.is_network else "reference",
        )
    if not config.has_envelope:
        shown.notes.append(
            "The paper has these rows, for training and testing; its numbers are not known here."
        )
        shown.add_papers(papers.VISUAL_TO_SOUND, ["training", "testing", None, None, None])
    return shown


def _sides(settings: DataConfig, test: Sequence[str], clips: int) -> tuple[list[Recording], list[Recording]]:
    """What was learned from, and what is held out."""
    parts = opened_parts(settings.folders, settings.training_clips, settings.validation_clips)
    held_out = [each for name in test for each in recordings_to_judge(name, is_test_only=True)]
    sides = [
        [each for each in side if not settings.categories or each.category in settings.categories]
        for side in (parts.training, held_out or parts.validation)
    ]
    # A data set's clips lie in the order in which they were made: some of every set.
    learned, judged = (side[:: max(1, len(side) // clips)][:clips] for side in sides)
    if not learned or not judged:
        raise UserFacingError("There is no clip of the run's categories to report on.")
    return learned, judged


def _rows(
    runs: Sequence[Run], learned: Sequence[Recording], held_out: Sequence[Recording], settings: DataConfig
) -> dict[str, ReportRow]:
    rows: dict[str, ReportRow] = {}
    for run in runs:
        config = run.model.config
        plain = [
            prepared_clips(recordings, config, settings.clip_s, settings.cache)
            for recordings in (learned, held_out)
        ]
        sides = [(clips, with_envelopes(run.model.network, clips)) for clips in plain]
        if not rows:
            counters = plain_counters([clip.levels for clip in sides[0][1]])
            for name, counter in counters.items():
                rows[name] = _row(
                    sides, config, lambda clips, count=counter: count([c.levels for c in clips])
                )
        rows[run.name] = replace(
            _row(sides, config, lambda clips, run=run: network_costs(run.model.network, clips)),
            is_network=True,
        )
    return rows


def _row(
    sides: Sequence[tuple[Sequence[SoundingClip], Sequence[SoundingClip]]],
    config: PictureSoundConfig,
    costs: Callable[[Sequence[SoundingClip]], list[Costs]],
) -> ReportRow:
    training, testing = (
        cross_entropy(costs(clips), [clip.levels for clip in plain], config) for plain, clips in sides
    )
    return ReportRow(training, testing, is_network=False)


def _of_same_levels(runs: Sequence[Run]) -> list[list[Run]]:
    """Runs that can stand in one table, in order."""
    groups: dict[tuple[object, ...], list[Run]] = {}
    for run in runs:
        config = run.model.config
        sound = (config.sample_rate, config.quantisation, config.samples_per_picture, config.has_envelope)
        groups.setdefault(sound, []).append(run)
    return list(groups.values())
