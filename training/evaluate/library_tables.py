"""The tables of `library-match`: of all contacts, by footage, by material, and how near the sounds are."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from pathlib import Path

from engine.evaluation import bootstrap
from engine.evaluation.bootstrap import Interval
from engine.media.audio import read_audio
from engine.project.document import Hit
from engine.project.materials import MATERIALS
from engine.project.timebase import SAMPLE_RATE
from training.evaluate.heard_distance import HeardSound, distance, heard_contact, heard_file
from training.evaluate.labelled_contacts import LabelledContact
from training.evaluate.labelled_library import LabelledLibrary
from training.evaluate.library_rankings import (
    HIDDEN,
    LABELS,
    TOLD,
    VISIBLE,
    Match,
    Query,
    Ranking,
    as_shown,
    by_clip,
    by_words,
    mean,
    precision_5,
    top_1,
)
from training.evaluate.score_table import ScoreTable, shown

TOP_1_GOAL, PRECISION_GOAL = 0.55, 0.5

_HELD_TO_GOALS = HIDDEN


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
    table.add("sounds at random", mean(shares), mean(shares), by_class, mean(some), mean(some))
    for query in queries:
        ceiling.add(by_words([query.labelled.material], library.counts))
    _add_ranking(table, "the true material, sounds of that label", queries, ceiling, certain)
    for name in (LABELS, HIDDEN, VISIBLE, TOLD):
        _add_ranking(table, name, queries, as_shown(queries, match.rankings[name]), certain)
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
            as_shown(own, _picked(match.rankings[kind], numbers)) for kind in (HIDDEN, VISIBLE)
        )
        table.add(
            name,
            ", ".join(sorted({query.labelled.material for query in own})),
            len(own),
            sum(query.is_found for query in own),
            mean(
                [float(query.is_found and _likeliest(query.hit) == query.labelled.material) for query in own]
            ),
            mean(top_1(own, hidden)),
            mean(precision_5(own, hidden)),
            mean(top_1(own, visible)),
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
        ranking = as_shown(own, _picked(match.rankings[HIDDEN], numbers))
        instead = Counter(row[0] for row in ranking.materials if row and row[0] != material)
        table.add(
            material,
            len(own),
            sum(query.is_found for query in own),
            library.counts[material],
            mean(top_1(own, ranking)),
            mean(precision_5(own, ranking)),
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
        mean([away for path, away in row.items() if library.material_of[path] == query.labelled.material])
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
    table.add("any sound at random", mean([mean(list(row.values())) for row in rows]), None)
    table.add("a random sound of the same material", mean(of_material), 0.0)
    for name in (HIDDEN, VISIBLE, TOLD):
        first = [match.rankings[name].first[number] for number in numbers]
        away = [
            row[path] if path is not None else float("nan") for row, path in zip(rows, first, strict=True)
        ]
        gain = [same - own for same, own in zip(of_material, away, strict=True)]
        value = bootstrap.evaluate(gain, mean, groups=sources)
        # Nearer by chance is not nearer.
        mark = "" if name != _HELD_TO_GOALS else (" ✓" if value.low > 0 else " ✗")
        table.add(name, mean(away), _marked(value, mark), kind="ours")
    table.add("the nearest of the library", mean([min(row.values()) for row in rows]), None)
    return table


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
        reached = (mean(first) >= TOP_1_GOAL, mean(five) >= PRECISION_GOAL)
        cells[:2] = [
            _marked(cell, " ✓" if is_reached else " ✗")
            for cell, is_reached in zip(cells[:2], reached, strict=True)
        ]
    table.add(name, *cells, kind="ours" if is_ours else "reference")


def _cell(queries: Sequence[Query], values: Sequence[float], has_interval: bool) -> float | Interval:
    if not has_interval or not values:
        return mean(values)
    return bootstrap.evaluate(values, mean, groups=[query.labelled.recording.source for query in queries])


def _marked(cell: object, mark: str) -> str:
    first, *rest = shown(cell).split("\n")
    return "\n".join([first + mark, *rest])


def _class_mean(queries: Sequence[Query], values: Sequence[float]) -> float:
    groups = _grouped(queries, lambda query: query.labelled.material)
    return mean([mean([values[number] for number in numbers]) for numbers in groups.values()])


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


def _all_distances(contacts: Sequence[LabelledContact], library: LabelledLibrary) -> list[dict[Path, float]]:
    """For each contact how far every sound of the library is from it; silent ones are left out."""
    sounds: dict[Path, HeardSound] = {path: heard_file(path) for path in library.material_of}
    rows = []
    for group in by_clip(contacts):
        samples = read_audio(group[0].recording.sound or "", sample_rate=SAMPLE_RATE, channels=1)[:, 0]
        for labelled in group:
            true, compared_s = heard_contact(samples, labelled.contact.time_s, labelled.next_s)
            away = {path: distance(true, sound, compared_s) for path, sound in sounds.items()}
            rows.append(away)
    return rows
