"""The task `library-match`: whether the program's first sounds are of the material that is struck.

Real contacts are the queries, a folder of real sounds the library. It is offered twice: copied under
names by chance, so that only listening tells what a sound is, and as it is. A contact that the detector
missed counts as wrong. The videos are analysed without their sound.

The program learned from the scenes that it is judged by. Held out, each is analysed by what never learned
from its source (`training.evaluate.held_out`).
"""

from __future__ import annotations

import tempfile
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np

from engine.errors import UserFacingError
from engine.evaluation import bootstrap
from engine.evaluation.bootstrap import Interval
from engine.media.audio import read_audio
from engine.project import edits
from engine.project.document import Hit, Project
from engine.project.materials import MATERIALS
from engine.project.timebase import SAMPLE_RATE
from training.datasets import Contact
from training.datasets.opening import data_folder, open_dataset
from training.evaluate.figures import check_target, top_k_figure, write_figure
from training.evaluate.heard_distance import HeardSound, distance, heard_contact, heard_file
from training.evaluate.labelled_contacts import LabelledContact, hits_of, labelled_contacts
from training.evaluate.labelled_library import LabelledLibrary, hidden_copy, labelled_library
from training.evaluate.program_path import EngineProgram, Program, own_user_folders, silent_copy
from training.evaluate.score_table import ScoreTable, shown

REAL, SILENT = "greatest-hits-clips", "silent-scenes"
LISTED = 20
TOP_1_GOAL, PRECISION_GOAL = 0.55, 0.5

HIDDEN, VISIBLE = "the program, names hidden", "the program, names visible"
TOLD = "names hidden, the person tells each material"
LABELS = "the hit's likeliest material, sounds of that label"
_HELD_TO_GOALS = HIDDEN


@dataclass(frozen=True, slots=True)
class Query:
    """A labelled contact and what stands for it.

    Attributes
    ----------
    hit
        None where nothing is near.
    is_shown
        Whether it is a hit; else a candidate below the threshold, and the contact counts as missed.
    """

    labelled: LabelledContact
    hit: Hit | None
    is_shown: bool

    @property
    def is_found(self) -> bool:
        """Whether the program shows a hit for it."""
        return self.hit is not None and self.is_shown


@dataclass(frozen=True, slots=True)
class Ranking:
    """One way of recommending.

    Attributes
    ----------
    materials
        For each query the materials of its sounds, the best first; empty where nothing stands for it.
    first
        For each query the first sound; None where there is none, or labels leave it open.
    """

    materials: list[tuple[str, ...]] = field(default_factory=list)
    first: list[Path | None] = field(default_factory=list)

    def add(self, materials: Sequence[str], first: Path | None = None) -> None:
        """The sounds for the next query."""
        self.materials.append(tuple(materials))
        self.first.append(first)


@dataclass(slots=True)
class Match:
    """Everything that is scored."""

    queries: list[Query] = field(default_factory=list)
    rankings: dict[str, Ranking] = field(default_factory=dict)
    problems: list[str] = field(default_factory=list)


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
            name: good_in_top_k(match.queries, _as_shown(match.queries, each))
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
        for group in _by_clip(contacts):
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


def agreement_table(match: Match, library: LabelledLibrary) -> ScoreTable:
    """How often the first sounds are of the struck material, beside chance and what labels alone give."""
    queries = match.queries
    certain = [number for number, query in enumerate(queries) if query.labelled.is_certain]
    found = sum(query.is_found for query in queries)
    near = sum(query.hit is not None for query in queries)
    table = ScoreTable(
        f"Sounds for {len(queries)} real contacts, {len(certain)} of them labelled for certain, "
        f"{found} found by the detector ({near} with its candidates); {len(library.material_of)} sounds",
        ("top-1", "precision@5", "top-1 by class", "certain: top-1", "certain: precision@5"),
        notes=[
            "A missed contact counts as wrong. Candidates: moments below the detector's threshold. By class: "
            "averaged over the materials that occur. Below: 95 % of bootstrap draws over source videos.",
            *match.problems,
        ],
    )
    table.add("what is to be reached", f"≥ {TOP_1_GOAL:.2f}", f"≥ {PRECISION_GOAL:.2f}", None, None, None)
    size = len(library.material_of)
    ceiling = Ranking()
    shares = [library.counts[query.labelled.material] / size for query in queries]
    some = [shares[number] for number in certain]
    by_class = _class_mean(queries, shares)
    table.add("sounds at random", _mean(shares), _mean(shares), by_class, _mean(some), _mean(some))
    for query in queries:
        ceiling.add(_by_words([query.labelled.material], library.counts))
    _add_ranking(table, "the true material, sounds of that label", queries, ceiling, certain)
    for name in (LABELS, HIDDEN, VISIBLE, TOLD):
        _add_ranking(table, name, queries, _as_shown(queries, match.rankings[name]), certain)
    numbers = [number for number, query in enumerate(queries) if query.is_found]
    seen = [queries[number] for number in numbers]
    for name in (HIDDEN, VISIBLE):
        of_seen = [place for place, query in enumerate(seen) if query.labelled.is_certain]
        title = f"{name}, found contacts only"
        _add_ranking(table, title, seen, _picked(match.rankings[name], numbers), of_seen)
        _add_ranking(table, f"{name}, candidates too", queries, match.rankings[name], certain)
    missing = sorted({query.labelled.material for query in queries} - set(library.counts))
    if missing:
        table.notes.append(f"The library has no sound of: {', '.join(missing)}.")
    return table


def footage_table(match: Match) -> ScoreTable:
    """The same per clip, so that nothing hides in a mean."""
    table = ScoreTable(
        "Clip by clip, names hidden and visible",
        ("material", "contacts", "found", "hit's own", "hidden: top-1", "hidden: p@5", "visible: top-1"),
        notes=["Hit's own: share of the contacts whose likeliest material, as analysed, is right."],
    )
    for name, numbers in _grouped(match.queries, lambda query: query.labelled.recording.name).items():
        own = [match.queries[number] for number in numbers]
        hidden, visible = (
            _as_shown(own, _picked(match.rankings[kind], numbers)) for kind in (HIDDEN, VISIBLE)
        )
        table.add(
            name,
            ", ".join(sorted({query.labelled.material for query in own})),
            len(own),
            sum(query.is_found for query in own),
            _mean(
                [float(query.is_found and _likeliest(query.hit) == query.labelled.material) for query in own]
            ),
            _mean(top_1(own, hidden)),
            _mean(precision_5(own, hidden)),
            _mean(top_1(own, visible)),
        )
    return table


def material_table(match: Match, library: LabelledLibrary) -> ScoreTable:
    """The same per material, and what was offered instead."""
    table = ScoreTable(
        "Material by material, names hidden",
        ("contacts", "found", "sounds", "top-1", "precision@5", "first instead"),
        first="material",
    )
    for material, numbers in _grouped(match.queries, lambda query: query.labelled.material).items():
        own = [match.queries[number] for number in numbers]
        ranking = _as_shown(own, _picked(match.rankings[HIDDEN], numbers))
        instead = Counter(row[0] for row in ranking.materials if row and row[0] != material)
        table.add(
            material,
            len(own),
            sum(query.is_found for query in own),
            library.counts[material],
            _mean(top_1(own, ranking)),
            _mean(precision_5(own, ranking)),
            ", ".join(f"{word} {count}" for word, count in instead.most_common(3)) or None,
        )
    return table


def distance_table(match: Match, library: LabelledLibrary) -> ScoreTable | None:
    """How far the first sound is from the one that was heard; None where no contact was heard."""
    numbers = [
        number
        for number, query in enumerate(match.queries)
        if query.is_found
        and query.labelled.recording.sound is not None
        and library.counts[query.labelled.material]
    ]
    if not numbers:
        return None
    rows = _all_distances([match.queries[number].labelled for number in numbers], library)
    queries = [match.queries[number] for number in numbers]
    sources = [query.labelled.recording.source for query in queries]
    of_material = [
        _mean([away for path, away in row.items() if library.material_of[path] == query.labelled.material])
        for query, row in zip(queries, rows, strict=True)
    ]
    table = ScoreTable(
        f"By ear: the first sound against the true one, {len(numbers)} contacts that were found and heard",
        ("cochleagram L1", "less than a random sound of the same material"),
        notes=[
            "Mean absolute difference of cochleagrams from the onset on, levels matched; lower is nearer. "
            "Random sounds: the mean over all. Below: 95 % of bootstrap draws over source videos."
        ],
    )
    table.add("what is to be reached", None, "> 0, the range too")
    table.add("any sound at random", _mean([_mean(list(row.values())) for row in rows]), None)
    table.add("a random sound of the same material", _mean(of_material), 0.0)
    for name in (HIDDEN, VISIBLE, TOLD):
        first = [match.rankings[name].first[number] for number in numbers]
        away = [
            row[path] if path is not None else float("nan") for row, path in zip(rows, first, strict=True)
        ]
        gain = [same - own for same, own in zip(of_material, away, strict=True)]
        value = bootstrap.evaluate(gain, _mean, groups=sources)
        # Nearer by chance is not nearer.
        mark = "" if name != _HELD_TO_GOALS else (" ✓" if value.low > 0 else " ✗")
        table.add(name, _mean(away), _marked(value, mark), kind="ours")
    table.add("the nearest of the library", _mean([min(row.values()) for row in rows]), None)
    return table


def top_1(queries: Sequence[Query], ranking: Ranking) -> list[float]:
    """For each query 1 when its first sound is of the struck material, else 0."""
    return [
        float(row[:1] == (query.labelled.material,))
        for query, row in zip(queries, ranking.materials, strict=True)
    ]


def precision_5(queries: Sequence[Query], ranking: Ranking) -> list[float]:
    """For each query the share of its first five sounds that are of the struck material."""
    return [
        row[:5].count(query.labelled.material) / 5
        for query, row in zip(queries, ranking.materials, strict=True)
    ]


def good_in_top_k(queries: Sequence[Query], ranking: Ranking) -> list[float]:
    """The share of good sounds among the first K, averaged over the queries, for K = 1, 2, ..."""
    longest = max((len(row) for row in ranking.materials), default=0)
    return [
        _mean(
            [
                row[:k].count(query.labelled.material) / k
                for query, row in zip(queries, ranking.materials, strict=True)
            ]
        )
        for k in range(1, longest + 1)
    ]


def _by_clip(contacts: Sequence[LabelledContact]) -> list[list[LabelledContact]]:
    groups: dict[Path, list[LabelledContact]] = {}
    for contact in contacts:
        groups.setdefault(contact.recording.picture, []).append(contact)
    return list(groups.values())


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


def _as_shown(queries: Sequence[Query], ranking: Ranking) -> Ranking:
    """A ranking in which what the program does not show counts as missed."""
    shown_only = Ranking()
    for query, materials, first in zip(queries, ranking.materials, ranking.first, strict=True):
        shown_only.add(materials if query.is_shown else (), first if query.is_shown else None)
    return shown_only


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
    return _by_words([row.name for row in likely] or [hit.material], counts)


def _by_words(words: Sequence[str], counts: Mapping[str, int]) -> tuple[str, ...]:
    listed = [word for word in words for _ in range(counts[word])]
    # Then whatever there is.
    return tuple((listed + [""] * LISTED)[:LISTED])


def _likeliest(hit: Hit | None) -> str:
    if hit is None or not hit.materials:
        return ""
    return max(hit.materials, key=lambda row: row.probability).name


def _add_ranking(
    table: ScoreTable, name: str, queries: Sequence[Query], ranking: Ranking, certain: Sequence[int]
) -> None:
    is_ours = name in (HIDDEN, VISIBLE)
    first, five = top_1(queries, ranking), precision_5(queries, ranking)
    some = [queries[number] for number in certain]
    cells: list[object] = [
        *(_cell(queries, values, is_ours) for values in (first, five)),
        _class_mean(queries, first),
        *(_cell(some, [values[number] for number in certain], is_ours) for values in (first, five)),
    ]
    if name == _HELD_TO_GOALS:
        reached = (_mean(first) >= TOP_1_GOAL, _mean(five) >= PRECISION_GOAL)
        cells[:2] = [
            _marked(cell, " ✓" if is_reached else " ✗")
            for cell, is_reached in zip(cells[:2], reached, strict=True)
        ]
    table.add(name, *cells, kind="ours" if is_ours else "reference")


def _cell(queries: Sequence[Query], values: Sequence[float], has_interval: bool) -> float | Interval:
    if not has_interval or not values:
        return _mean(values)
    return bootstrap.evaluate(values, _mean, groups=[query.labelled.recording.source for query in queries])


def _marked(cell: object, mark: str) -> str:
    first, *rest = shown(cell).split("\n")
    return "\n".join([first + mark, *rest])


def _class_mean(queries: Sequence[Query], values: Sequence[float]) -> float:
    groups = _grouped(queries, lambda query: query.labelled.material)
    return _mean([_mean([values[number] for number in numbers]) for numbers in groups.values()])


def _grouped(queries: Sequence[Query], key: Callable[[Query], str]) -> dict[str, list[int]]:
    """Numbers of the queries of each kind; materials in their order, clips in order of name."""
    groups: dict[str, list[int]] = {}
    for number, query in enumerate(queries):
        groups.setdefault(key(query), []).append(number)
    return dict(sorted(groups.items(), key=lambda item: _place(item[0])))


def _place(name: str) -> tuple[int, str]:
    return (MATERIALS.index(name), "") if name in MATERIALS else (len(MATERIALS), name)


def _picked(ranking: Ranking, numbers: Sequence[int]) -> Ranking:
    return Ranking([ranking.materials[n] for n in numbers], [ranking.first[n] for n in numbers])


def _mean(values: Sequence[float]) -> float:
    known = [value for value in values if not np.isnan(value)]
    return float(np.mean(known)) if known else float("nan")


def _all_distances(contacts: Sequence[LabelledContact], library: LabelledLibrary) -> list[dict[Path, float]]:
    """For each contact how far every sound of the library is from it; silent ones are left out."""
    sounds: dict[Path, HeardSound] = {path: heard_file(path) for path in library.material_of}
    rows = []
    for group in _by_clip(contacts):
        samples = read_audio(group[0].recording.sound or "", sample_rate=SAMPLE_RATE, channels=1)[:, 0]
        for labelled in group:
            true, compared_s = heard_contact(samples, labelled.contact.time_s, labelled.next_s)
            away = {path: distance(true, sound, compared_s) for path, sound in sounds.items()}
            rows.append(away)
    return rows
