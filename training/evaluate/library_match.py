"""The task `library-match`: whether the program's first sounds are of the material that is struck.

Real contacts are the queries, a folder of real sounds the library. It is offered twice: copied under
names by chance, so that only listening tells what a sound is, and as it is. A contact that the detector
missed counts as wrong. The videos are analysed without their sound.

The program learned from the scenes that it is judged by. Held out, each is analysed by what never learned
from its source (`training.evaluate.held_out`).
"""

from __future__ import annotations

import tempfile
from collections.abc import Mapping, Sequence
from pathlib import Path

from engine.errors import UserFacingError
from engine.project import edits
from engine.project.document import Hit, Project
from training.datasets import Contact
from training.datasets.opening import data_folder, open_dataset
from training.evaluate.figures import check_target, top_k_figure, write_figure
from training.evaluate.labelled_contacts import LabelledContact, hits_of, labelled_contacts
from training.evaluate.labelled_library import LabelledLibrary, hidden_copy, labelled_library
from training.evaluate.library_rankings import (
    HIDDEN,
    LABELS,
    LISTED,
    TOLD,
    VISIBLE,
    Match,
    Query,
    Ranking,
    as_shown,
    by_clip,
    by_words,
    good_in_top_k,
)
from training.evaluate.library_tables import agreement_table, distance_table, footage_table, material_table
from training.evaluate.program_path import EngineProgram, Program, own_user_folders, silent_copy

REAL, SILENT = "greatest-hits-clips", "silent-scenes"


def run(
    data: Sequence[str] = (REAL, SILENT),
    library: Path | None = None,
    model: str | None = None,
    figure: Path | None = None,
    *,
    held_out: bool = True,
) -> None:
    """Print how well the program's sounds suit real contacts.

    Parameters
    ----------
    data
        Data sets whose contacts have materials.
    library
        A folder of sounds with a folder for each material; the one in the data folder when None.
    model
        The detector; the program's own choice when None.
    figure
        Where to draw good in top K over K.
    held_out
        Whether what is judged is kept from what judges.

    Raises
    ------
    UserFacingError
        When data can't be used, or the figure can't be written.
    """
    check_target(figure)
    contacts = [contact for name in data for contact in labelled_contacts(open_dataset(name))]
    if not contacts:
        raise UserFacingError(f"No contact in {', '.join(data)} has a material.")
    sounds = labelled_library(library or data_folder() / "sounds")
    program: Program = EngineProgram(model)
    if held_out:
        from training.evaluate.held_out import HeldOutProgram

        program = HeldOutProgram(program, data_folder() / "greatest_hits")
    match = matched(contacts, sounds, program)
    agreement_table(match, sounds).show()
    footage_table(match).show()
    material_table(match, sounds).show()
    distances = distance_table(match, sounds)
    if distances is not None:
        distances.show()
    if figure is not None:
        curves = {
            name: good_in_top_k(match.queries, as_shown(match.queries, each))
            for name, each in match.rankings.items()
        }
        write_figure(top_k_figure(curves, "sounds of the struck material"), figure)


def matched(contacts: Sequence[LabelledContact], library: LabelledLibrary, program: Program) -> Match:
    """Let the program analyse the clips and choose from the library, its names hidden and shown."""
    match = Match()
    with tempfile.TemporaryDirectory() as place, own_user_folders(Path(place) / "user"):
        hidden = hidden_copy(library, Path(place) / "library")
        for folder in (hidden.folder, library.folder):
            match.problems += [
                problem for problem in program.learn_library(folder) if problem not in match.problems
            ]
        original = dict(zip(hidden.material_of, library.material_of, strict=True))
        for name in (HIDDEN, TOLD, VISIBLE, LABELS):
            match.rankings[name] = Ranking()
        for group in by_clip(contacts):
            recording = group[0].recording
            project = program.analysed(recording, silent_copy(recording.picture, Path(place) / "videos"))
            queries = _queries(group, project)
            match.queries += queries
            _rank(match.rankings[HIDDEN], program, project, queries, hidden, original)
            _rank(match.rankings[VISIBLE], program, project, queries, library, {})
            told = project
            for query in queries:
                if query.hit is not None:
                    told = edits.set_material(told, query.hit.id, query.labelled.material)
            _rank(match.rankings[TOLD], program, told, queries, hidden, original)
            for query in queries:
                match.rankings[LABELS].add(_by_labels(query.hit, library.counts))
    return match


def _queries(group: Sequence[LabelledContact], project: Project) -> list[Query]:
    # All contacts take part, so that a hit on one without a label does not stand for its neighbour.
    every = group[0].recording.contacts
    shown_hits = project.shown_hits
    of_shown = _standing(every, shown_hits, project.sample_rate)
    others = [hit for hit in project.hits if hit not in shown_hits]
    of_others = _standing([one for one in every if one not in of_shown], others, project.sample_rate)
    hit_of = {**of_others, **of_shown}
    return [Query(labelled, hit_of.get(labelled.contact), labelled.contact in of_shown) for labelled in group]


def _standing(contacts: Sequence[Contact], hits: Sequence[Hit], sample_rate: int) -> dict[Contact, Hit]:
    found = hits_of(contacts, [hit.position / sample_rate for hit in hits])
    return {
        contact: hits[number] for contact, number in zip(contacts, found, strict=True) if number is not None
    }


def _rank(
    ranking: Ranking,
    program: Program,
    project: Project,
    queries: Sequence[Query],
    library: LabelledLibrary,
    original: Mapping[Path, Path],
) -> None:
    hit_ids = [query.hit.id for query in queries if query.hit is not None]
    offered = program.offered(project, hit_ids, library.folder, LISTED) if hit_ids else {}
    for query in queries:
        paths = [sound.path for sound in offered[query.hit.id]] if query.hit is not None else []
        materials = [library.material_of[path] for path in paths]
        ranking.add(materials, original.get(paths[0], paths[0]) if paths else None)


def _by_labels(hit: Hit | None, counts: Mapping[str, int]) -> tuple[str, ...]:
    if hit is None:
        return ()
    likely = sorted(hit.materials, key=lambda row: -row.probability)
    return by_words([row.name for row in likely] or [hit.material], counts)
