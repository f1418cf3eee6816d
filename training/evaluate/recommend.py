"""The task `recommend`: how good the sounds are that are recommended for a picture or a hit."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np

from engine.errors import UserFacingError
from engine.evaluation import recommendations
from engine.evaluation.recommendations import RecommendationScores
from engine.project.materials import MATERIALS
from training.evaluate import papers
from training.evaluate.figures import check_target, top_k_figure, write_figure
from training.evaluate.predictions import Recommendation, read_predictions
from training.evaluate.score_table import ScoreTable

_RANKS = (1, 5, 10, 50)


def run(predictions: Sequence[Path], figure: Path | None = None) -> None:
    """Print good in top K and mean average precision of files' `recommendations`.

    Parameters
    ----------
    predictions
        Files of predictions; of the same queries, for the comparison to mean something.
    figure
        Where to draw good in top K over K.

    Raises
    ------
    UserFacingError
        When a file can't be used, or the figure can't be written.
    """
    check_target(figure)
    scores: dict[str, RecommendationScores] = {}
    lists: Sequence[Recommendation] = ()
    for path in predictions:
        contents = read_predictions(path)
        if not contents.recommendations:
            raise UserFacingError(f"“{path.name}” recommends nothing.")
        lists = lists or contents.recommendations
        scores[contents.model] = scored(contents.recommendations)
    recommendation_table(scores, lists).show()
    if figure is not None:
        curves = {name: each.good_in_top_k for name, each in scores.items()}
        write_figure(top_k_figure(curves, "sounds of a material that is in the picture"), figure)


def scored(lists: Sequence[Recommendation]) -> RecommendationScores:
    """Scores of ranked lists, cut to the shortest one.

    Raises
    ------
    UserFacingError
        When a list's `good` is less than the good sounds it holds.
    """
    is_good = recommendations.judged((each.materials, each.ranked) for each in lists)
    totals = [each.good for each in lists]
    if any(total is None for total in totals):
        return recommendations.evaluate(is_good)
    try:
        return recommendations.evaluate(is_good, np.array(totals, np.int64))
    except ValueError as error:
        raise UserFacingError(f"The recommendations contradict themselves: {error}.") from error


def recommendation_table(
    scores: dict[str, RecommendationScores], lists: Sequence[Recommendation]
) -> ScoreTable:
    """Precision at some ranks, beside picking sounds at random of all materials alike."""
    longest = max(each.good_in_top_k.size for each in scores.values())
    ranks = [rank for rank in _RANKS if rank <= longest] or [1]
    table = ScoreTable(
        f"Recommended sounds: {len(lists)} queries",
        (*(f"good in top {rank}" for rank in ranks), "hit in top 5", "mAP"),
        notes=["Good: the sound's material is one of the query's. Good in top K is precision at K."],
    )
    chance = float(np.mean([len(set(each.materials)) / len(MATERIALS) for each in lists]))
    table.add("sounds at random, all materials alike", *[chance] * len(ranks), None, None)
    for name, each in scores.items():
        length = each.good_in_top_k.size
        table.add(
            name,
            *(each.precision_at(rank) if rank <= length else None for rank in ranks),
            float(each.hit_in_top_k[min(5, length) - 1]),
            each.mean_average_precision,
            kind="ours",
        )
    in_column = ["good_in_top_50" if rank == 50 else None for rank in ranks]
    if 50 in ranks:
        table.add_papers(papers.RECOMMENDATION, [*in_column, None, None])
    return table
