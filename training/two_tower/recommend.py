"""Sounds for pictures: the training sounds are the library, the pictures those of the test videos."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

import numpy as np
import torch
from numpy.typing import NDArray

from engine.features.cochleagram import CochleagramConfig, cochleagram
from engine.models.material_classifier import MaterialClassifier
from engine.models.pair_net import PairNet
from engine.project.materials import MATERIALS
from training.evaluate.predictions import Recommendation
from training.evaluate.score_table import RowKind, ScoreTable
from training.frame.distributed import DeviceChoice
from training.material.moments import MomentStore
from training.material.networks import FrozenFeatures, answers
from training.material.train import said
from training.two_tower.train import picture_samples, present_probabilities, sound_samples
from training.two_tower.videos import Videos

LONGEST_LIST = 50
"""Sounds that are listed for each picture: the class project's largest K."""

_RATE_HZ = 22_050
_HEARD_S = 0.5

Scores = NDArray[np.float64]
"""(pictures, sounds) how well each sound of the library fits each picture; only their order counts."""


def tower_scores(
    network: PairNet, queries: Videos, library: Videos, features: FrozenFeatures, device: DeviceChoice
) -> Scores:
    """What FC AGG or TT AGG says about every picture with every sound."""
    pictures = answers(
        network,
        picture_samples(network, queries, features),
        lambda net, batch: net.picture_embedding(batch["pictures"]),
        device,
    )
    sounds = answers(
        network,
        sound_samples(network, library, features),
        lambda net, batch: net.sound_embedding(batch["spectrograms"]),
        device,
    )
    if network.fc is None:
        return pictures @ sounds.T
    where = next(network.parameters()).device
    heard = torch.from_numpy(sounds).float().to(where)
    rows = []
    with torch.no_grad():
        for picture in torch.from_numpy(pictures).float().to(where):
            rows.append(network.fit(picture.expand(len(heard), -1), heard).double().cpu().numpy())
    return np.stack(rows)


def class_scores(
    seeing: MaterialClassifier,
    hearing: MaterialClassifier,
    queries: Videos,
    library: Videos,
    features: FrozenFeatures,
    device: DeviceChoice,
) -> Scores:
    """The visual network's materials against those the sound network hears: no network for pairs."""
    present = answers(seeing, picture_samples(seeing, queries, features), present_probabilities, device)
    heard = answers(
        hearing,
        sound_samples(hearing, library, features),
        lambda net, batch: said(net, batch).softmax(1),
        device,
    )
    return present @ heard.T


def label_scores(
    seeing: MaterialClassifier,
    queries: Videos,
    library: Videos,
    features: FrozenFeatures,
    device: DeviceChoice,
) -> Scores:
    """The visual network's materials against the labels of the sounds: a library whose names tell."""
    present = answers(seeing, picture_samples(seeing, queries, features), present_probabilities, device)
    # Sounds of one material in an order by chance.
    return present[:, library.materials] + 1e-9 * random_scores(queries, library)


def random_scores(queries: Videos, library: Videos) -> Scores:
    """An order by chance, another for each picture."""
    return np.random.default_rng(0).random((len(queries), len(library.materials)))


def recommended(scores: Scores) -> NDArray[np.intp]:
    """The sounds for each picture, best first, (pictures, at most 50)."""
    return np.argsort(-scores, axis=1, kind="stable")[:, :LONGEST_LIST]


def recommendations(order: NDArray[np.intp], queries: Videos, library: Videos) -> list[Recommendation]:
    """The lists as `training.evaluate` scores them."""
    return [
        Recommendation(
            queries.moments[picture].recording.name,
            tuple(MATERIALS[number] for number in np.flatnonzero(queries.present[picture])),
            tuple(MATERIALS[library.materials[sound]] for sound in row),
            int(queries.present[picture][library.materials].sum()),
        )
        for picture, row in enumerate(order)
    ]


def distance_table(
    orders: Mapping[str, NDArray[np.intp]], queries: Videos, library: Videos, store: MomentStore
) -> ScoreTable:
    """How far the first sound of each list is from the picture's true sounds, beside sounds by chance.

    Parameters
    ----------
    orders
        (pictures, ranks) of each way of recommending.
    """
    of_query = _Heard(store, queries)
    of_library = _Heard(store, library)
    rng = np.random.default_rng(0)

    def distance(picture: int, sound: int) -> float:
        true = np.flatnonzero(queries.video_of == picture)
        return float(np.mean([np.abs(of_query(int(one)) - of_library(sound)).mean() for one in true]))

    def of_same_material(picture: int) -> int | None:
        same = np.flatnonzero(queries.present[picture][library.materials])
        return int(rng.choice(same)) if same.size else None

    pictures = range(len(queries))
    table = ScoreTable(
        f"Distance of the first sound to the true sounds of the video: {len(queries)} pictures",
        ("cochleagram L1", "pictures"),
        notes=["Mean absolute difference of cochleagrams of half a second, levels matched; lower is nearer."],
    )
    rows: dict[str, Sequence[int | None]] = {
        "any sound at random": [int(rng.integers(len(library.materials))) for _ in pictures],
        "a random sound of the same material": [of_same_material(picture) for picture in pictures],
    }
    for name, sounds in rows.items():
        _add(table, name, sounds, distance, "reference")
    for name, order in orders.items():
        _add(table, name, [int(row[0]) for row in order], distance, "ours")
    return table


def _add(
    table: ScoreTable,
    name: str,
    sounds: Sequence[int | None],
    distance: Callable[[int, int], float],
    kind: RowKind,
) -> None:
    found = [distance(picture, sound) for picture, sound in enumerate(sounds) if sound is not None]
    mean = float(np.mean(found)) if found else None
    table.add(name, mean, len(found), kind=kind)


class _Heard:
    """Cochleagrams of sounds at one level; each is computed once."""

    def __init__(self, store: MomentStore, videos: Videos) -> None:
        self._store, self._videos = store, videos
        self._known: dict[int, NDArray[np.float32]] = {}

    def __call__(self, sound: int) -> NDArray[np.float32]:
        if sound not in self._known:
            number, place = self._videos.sounds.rows[sound]
            moments = self._videos.moments[number]
            samples = self._store.sound(moments.recording, moments.sound_times_s[place])
            length = round(_HEARD_S * _RATE_HZ)
            first = (len(samples) - length) // 2
            middle = samples[first : first + length]
            level = float(np.sqrt(np.mean(np.square(middle))))
            config = CochleagramConfig(sample_rate=_RATE_HZ)
            self._known[sound] = cochleagram(middle / level if level else middle, config)
        return self._known[sound]
