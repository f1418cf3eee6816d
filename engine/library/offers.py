"""What the window offers for hits: so many sounds of the person's library, and as many of the kit."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from engine.job import SILENT_JOB, Job
from engine.library.choices import Choice
from engine.library.matching import SoundTable
from engine.library.recommend import Look, ScoredSound, candidates_for
from engine.library.shelf import Shelf
from engine.project.document import Hit


@dataclass(frozen=True, slots=True)
class Offers:
    """Sounds on offer.

    Attributes
    ----------
    sounds
        By hit id, the best first.
    problems
        A sentence each about what has gone from the library, or can't be read any more.
    """

    sounds: Mapping[str, tuple[ScoredSound, ...]]
    problems: tuple[str, ...]


def offers(
    shelf: Shelf,
    folders: Sequence[str],
    hits: Sequence[Hit],
    count: int,
    *,
    looks: Mapping[str, Look],
    choices: Sequence[Choice],
    job: Job = SILENT_JOB,
) -> Offers:
    """Sounds for hits: `count` of the library and of the kit each.

    A sound whose file has gone is not offered: the folders are then scanned anew, and what is wrong is told.
    """
    table, problems = shelf.table(folders, job.part(0.0, 0.4)), _missing_folders(folders)

    def of_library(part: Job) -> dict[str, tuple[ScoredSound, ...]]:
        return candidates_for(hits, table, include_kit=False, k=count, looks=looks, choices=choices, job=part)

    found = of_library(job.part(0.4, 0.7))
    if any(not Path(sound.path).is_file() for sounds in found.values() for sound in sounds):
        table = shelf.table(folders, job.part(0.4, 0.5), anew=True)
        problems = shelf.library(folders).problems
        found = of_library(job.part(0.5, 0.7))
    of_kit = candidates_for(
        hits,
        SoundTable((), fit=table.fit),
        include_kit=True,
        k=count,
        looks=looks,
        choices=choices,
        job=job.part(0.7, 1.0),
    )
    return Offers(
        {
            hit.id: tuple(sorted((*found[hit.id], *of_kit[hit.id]), key=lambda sound: -sound.score))
            for hit in hits
        },
        tuple(problems),
    )


def _missing_folders(folders: Sequence[str]) -> tuple[str, ...]:
    return tuple(
        f"The folder “{folder}” is not there any more, so its sounds are not offered."
        for folder in folders
        if not Path(folder).is_dir()
    )
