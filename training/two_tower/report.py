"""Every table and figure of the two-tower class project, on the test videos."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from engine.evaluation import classification, multilabel
from engine.evaluation.classification import ClassificationScores
from engine.evaluation.multilabel import co_appearance_share
from engine.evaluation.recommendations import RecommendationScores
from engine.models.checkpoint import fill, load_checkpoint
from engine.models.pair_net import PAIR_NET, PairNet, PairNetConfig
from engine.models.plain_config import from_plain
from engine.project.materials import MATERIALS
from training.evaluate import co_appearance
from training.evaluate.figures import (
    co_appearance_figure,
    confusion_figure,
    make_folder,
    top_k_figure,
    write_figure,
)
from training.evaluate.materials import class_table
from training.evaluate.papers import TWO_TOWER
from training.evaluate.recommend import recommendation_table, scored
from training.evaluate.score_table import ScoreTable
from training.frame.distributed import DeviceChoice
from training.material.data import opened_parts
from training.material.epochs import epoch_curve
from training.material.figures import curves_figure, distribution_figure
from training.material.moments import MomentStore
from training.material.networks import FrozenFeatures, answers, load_classifier
from training.material.report import distribution_table, kept_recipe
from training.material.train import said
from training.two_tower import recommend
from training.two_tower.recipe import Family, TwoTowerRecipe
from training.two_tower.recommend import recommended
from training.two_tower.train import (
    SYSTEMS,
    better_visual,
    pair_samples,
    picture_samples,
    present_probabilities,
    sound_samples,
)
from training.two_tower.videos import Videos, opened_videos

_UNPUBLISHED = "–: the class project's own number is not published to us; its row stays empty there."


@dataclass(frozen=True, slots=True)
class _Place:
    """What the tables of one report share."""

    out: Path
    figures: Path
    mark: str
    sides: Mapping[str, Videos]
    features: FrozenFeatures
    device: DeviceChoice
    store: MomentStore

    @property
    def test(self) -> Videos:
        """What is judged on."""
        return self.sides["test"]


def report(
    out: Path, *, test: tuple[str, ...] = (), cache: Path | None = None, device: DeviceChoice = "auto"
) -> dict[str, RecommendationScores]:
    """Print the tables of all networks in `out`, and draw the figures to `out/figures`.

    Parameters
    ----------
    out
        Where they were trained.
    test
        Other data sets to judge on; those of the training when none is named.
    cache
        Where pictures and spectrograms are kept.
    device
        What is computed on.

    Returns
    -------
    The scores of each way of recommending.

    Raises
    ------
    UserFacingError
        When a network is missing, the data can't be opened, or a figure can't be written.
    """
    recipe = from_plain(TwoTowerRecipe, kept_recipe(_newest_run(out)))
    recipe = replace(recipe, data=replace(recipe.data, cache=cache))
    own, other = opened_parts(recipe.data), None
    if test:
        other = opened_parts(replace(recipe.data, test=test, test_clips=0))
    figures = out / "figures"
    make_folder(figures)
    place = _Place(
        out,
        figures,
        f"-{Path(test[0]).name}" if test else "",
        {
            "training": opened_videos(recipe, own, "training"),
            "validation": opened_videos(recipe, own, "validation"),
            "test": opened_videos(recipe, other or own, "test"),
        },
        FrozenFeatures(device),
        device,
        MomentStore(cache),
    )
    _data_tables(place)
    _sound_tables(place, recipe)
    _visual_table(place, recipe).show()
    _pair_table(place, recipe).show()
    scores = _recommendation_tables(place, recipe)
    for family in recipe.families:
        curves = {
            system: {
                measure: epoch_curve(out / family.name / system, measure) for measure in ("loss", "accuracy")
            }
            for system in SYSTEMS
        }
        write_figure(curves_figure(curves, f"family {family.name}"), figures / f"curves-{family.name}.png")
    return scores


def load_pair_net(checkpoint: Path) -> PairNet:
    """A trained FC AGG or TT AGG.

    Raises
    ------
    CheckpointError
        When it is none.
    """
    kept = load_checkpoint(checkpoint, PAIR_NET)
    network = PairNet(from_plain(PairNetConfig, kept.description.config, complete=True))
    fill(network, kept)
    return network.eval()


def _newest_run(out: Path) -> Path:
    """A run of the last system: all others were trained before it."""
    found = sorted(out.glob(f"*/{SYSTEMS[-1]}/latest"))
    return found[0].parent if found else out / SYSTEMS[-1]


def _data_tables(place: _Place) -> None:
    table = ScoreTable(
        "Videos, each with one picture and some sounds", ("videos", "sounds", "materials each")
    )
    for side, videos in place.sides.items():
        table.add(side, len(videos), len(videos.materials), float(videos.present.sum(axis=1).mean()))
    table.add(f"{TWO_TOWER}, training [other data: Greatest Hits]", 586, None, None, kind="paper")
    table.add(f"{TWO_TOWER}, validation [other data: Greatest Hits]", 147, None, None, kind="paper")
    table.add(f"{TWO_TOWER}, test [other data: Greatest Hits]", 244, None, None, kind="paper")
    table.show()
    sounds = {
        side: np.bincount(videos.materials, minlength=len(MATERIALS)) for side, videos in place.sides.items()
    }
    pictures = {side: videos.present.sum(axis=0) for side, videos in place.sides.items()}
    for what, counts in (("sounds", sounds), ("pictures", pictures)):
        distribution_table(counts, what).show()
        path = place.figures / f"distribution-{what}{place.mark}.png"
        write_figure(distribution_figure(counts, what), path)
    present = np.concatenate([videos.present for videos in place.sides.values()])
    co_appearance.table(present).show()
    title = f"materials struck in one video, {len(present)} videos"
    figure = co_appearance_figure(co_appearance_share(present), MATERIALS, title)
    write_figure(figure, place.figures / f"co-appearance{place.mark}.png")


def _sound_tables(place: _Place, recipe: TwoTowerRecipe) -> None:
    table = ScoreTable(
        f"Sound networks, one material of {len(MATERIALS)}: {len(place.test.materials)} test sounds",
        ("validation", "test", "precision", "recall", "F1"),
        notes=["Validation and test: accuracy. Precision, recall, F1: means over materials.", _UNPUBLISHED],
    )
    tables: list[ScoreTable] = []
    for family in recipe.families:
        checkpoint = place.out / family.name / "sound" / "best"
        network = load_classifier(checkpoint)
        samples = sound_samples(network, place.test, place.features)
        shares = answers(network, samples, lambda net, batch: said(net, batch).softmax(1), place.device)
        scores = _scores(place.test.materials, shares.argmax(1))
        table.add(
            f"{family.name}: {family.sound_backbone}",
            load_checkpoint(checkpoint).description.metrics.get("accuracy"),
            scores.accuracy,
            scores.macro_precision,
            scores.class_averaged_accuracy,
            scores.macro_f1,
            kind="ours",
        )
        tables.append(class_table(scores))
        tables[-1].title = f"Per class, sound network {family.name}"
        title = f"sound network {family.name}, {scores.examples} test sounds"
        path = place.figures / f"confusion-sound-{family.name}{place.mark}.png"
        write_figure(confusion_figure(scores.confusion, MATERIALS, title), path)
    for backbone in ("ResNet", "VGG"):
        table.add(f"{TWO_TOWER}, {backbone} [other data: Greatest Hits]", *[None] * 5, kind="paper")
    for each in (table, *tables):
        each.show()


def _scores(true: NDArray[np.int64], predicted: NDArray[np.intp]) -> ClassificationScores:
    words = [[MATERIALS[number] for number in row] for row in (true, predicted)]
    return classification.evaluate(words[0], words[1], MATERIALS)


def _visual_table(place: _Place, recipe: TwoTowerRecipe) -> ScoreTable:
    table = ScoreTable(
        f"Visual networks, several materials per picture: {len(place.test)} test pictures",
        ("accuracy", "precision", "recall", "F1", "macro F1", "mAP"),
        notes=[
            "Accuracy is the share of all yes and no answers, which always no makes high too. Precision, "
            "recall and F1 are of the yes answers of all materials.",
            _UNPUBLISHED,
        ],
    )
    _add_multilabel(table, "always no", place.test.present, np.zeros(place.test.present.shape))
    for family in recipe.families:
        for system, name in (("visual", "no weights"), ("visual-weighted", "positive weights")):
            network = load_classifier(place.out / family.name / system / "best")
            samples = picture_samples(network, place.test, place.features)
            said_present = answers(network, samples, present_probabilities, place.device)
            row = f"{family.name}: {family.picture_backbone}, {name}"
            _add_multilabel(table, row, place.test.present, said_present)
    for name in ("no weights", "positive weights"):
        table.add(f"{TWO_TOWER}, {name} [other data: Greatest Hits]", *[None] * 6, kind="paper")
    return table


def _add_multilabel(
    table: ScoreTable, name: str, true: NDArray[np.bool_], probability: NDArray[np.float64]
) -> None:
    scores = multilabel.evaluate(true, probability)
    table.add(
        name,
        scores.accuracy,
        scores.precision,
        scores.recall,
        scores.f1,
        scores.macro_f1,
        scores.mean_average_precision,
        kind="ours" if probability.any() else "reference",
    )


def _pair_table(place: _Place, recipe: TwoTowerRecipe) -> ScoreTable:
    table = ScoreTable(
        "Does the sound fit the picture: balanced test pairs",
        ("validation", "test", "precision", "recall", "F1"),
        notes=["Validation and test: accuracy; chance is 0.5.", _UNPUBLISHED],
    )
    for family in recipe.families:
        for system in ("fc-agg", "tt-agg"):
            checkpoint = place.out / family.name / system / "best"
            network = load_pair_net(checkpoint)
            samples = pair_samples(network, place.test, place.features)
            fits = answers(
                network,
                samples,
                lambda net, batch: net(batch["pictures"], batch["spectrograms"]),
                place.device,
            )
            table.title = f"Does the sound fit the picture: {len(samples)} test pairs, half of which do"
            true = np.arange(len(samples)) < len(samples) // 2
            right = (fits >= 0.5) == true
            scores = multilabel.evaluate(true[:, None], np.clip(fits, 0, 1)[:, None])
            table.add(
                f"{family.name}: {_title(system)}",
                load_checkpoint(checkpoint).description.metrics.get("accuracy"),
                float(right.mean()),
                scores.precision,
                scores.recall,
                scores.f1,
                kind="ours",
            )
    for name in ("FC AGG", "TT AGG"):
        table.add(f"{TWO_TOWER}, {name} [other data: Greatest Hits]", *[None] * 5, kind="paper")
    return table


def _recommendation_tables(place: _Place, recipe: TwoTowerRecipe) -> dict[str, RecommendationScores]:
    library = place.sides["training"]
    orders = {"the library's sounds at random": recommended(recommend.random_scores(place.test, library))}
    for family in recipe.families:
        orders |= _family_orders(place, family, library)
    lists = {name: recommend.recommendations(order, place.test, library) for name, order in orders.items()}
    scores = {name: scored(each) for name, each in lists.items()}
    table = recommendation_table(scores, next(iter(lists.values())))
    table.title = (
        f"Sounds for pictures: {len(place.test)} test pictures, a library of {len(library.materials)} "
        "training sounds"
    )
    table.notes.append(
        "The class project's curve is of one random picture with the sounds of all splits: about 0.75 to 1.0 "
        "for K up to 50."
    )
    table.show()
    towers = {name: order for name, order in orders.items() if "random" not in name}
    recommend.distance_table(towers, place.test, library, place.store).show()
    curves = {name: each.good_in_top_k for name, each in scores.items()}
    title = f"{len(place.test)} test pictures, {len(library.materials)} training sounds"
    write_figure(top_k_figure(curves, title), place.figures / f"good-in-top-k{place.mark}.png")
    return scores


def _family_orders(place: _Place, family: Family, library: Videos) -> dict[str, NDArray[np.intp]]:
    folder = place.out / family.name
    seeing, hearing = load_classifier(better_visual(folder)), load_classifier(folder / "sound" / "best")
    shared = (place.test, library, place.features, place.device)
    orders = {
        f"{family.name}: visual network, sounds by their labels": recommend.label_scores(seeing, *shared),
        f"{family.name}: visual network, sound network": recommend.class_scores(seeing, hearing, *shared),
    }
    for system in ("fc-agg", "tt-agg"):
        network = load_pair_net(folder / system / "best")
        orders[f"{family.name}: {_title(system)}"] = recommend.tower_scores(network, *shared)
    return {name: recommended(scores) for name, scores in orders.items()}


def _title(system: str) -> str:
    return system.upper().replace("-", " ")
