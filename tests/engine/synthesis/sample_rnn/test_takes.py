"""Takes of a film's sound."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import islice
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from numpy.typing import NDArray

from engine.errors import Cancelled
from engine.features.hit_curves import SoundingHit
from engine.job import Job
from engine.models.checkpoint import save_checkpoint
from engine.models.description import ModelDescription
from engine.models.picture_sound import PICTURE_SOUND, PictureSound, PictureSoundConfig
from engine.models.plain_config import to_plain
from engine.models.sample_rnn import SampleRnnConfig
from engine.project.materials import MATERIALS
from engine.synthesis.sample_rnn.looks import Looks
from engine.synthesis.sample_rnn.model import GeneratorModel, load_generator
from engine.synthesis.sample_rnn.takes import TakeMaker, TakeSettings, make_takes

_FEATURES = 6
_HITS = (SoundingHit(0.1, -10.0, "hit", 0.0, (1 / len(MATERIALS),) * len(MATERIALS)),)


def _generator(folder: Path, **settings: Any) -> GeneratorModel:
    torch.manual_seed(0)
    rnn = SampleRnnConfig(width=32, embedding=8)
    config = PictureSoundConfig(
        features=_FEATURES, samples_per_picture=256, sample_rate=4000, looks_every=2, encoder=16, rnn=rnn,
        **settings,
    )  # fmt: skip
    network = PictureSound(config)
    save_checkpoint(folder, network.state_dict(), ModelDescription(PICTURE_SOUND, to_plain(config), {}))
    return load_generator(folder, is_exact=True)


class _Film(Looks):
    """Looks at a film that is not there: each picture's features follow from its number."""

    def __init__(self, first: int = 0) -> None:
        self._next = first

    def take(self, count: int) -> NDArray[np.float32]:
        numbers = np.arange(self._next, self._next + count) // 2
        self._next += count
        return np.stack([np.random.default_rng(n).normal(size=_FEATURES) for n in numbers]).astype(np.float32)


def _sound(blocks: Iterator[NDArray[np.float32]]) -> NDArray[np.float32]:
    return np.concatenate(list(blocks), axis=1)


def _takes(model: GeneratorModel, seeds: Sequence[int], end: int = 12, **more: Any) -> NDArray[np.float32]:
    return _sound(make_takes(model, _Film(), _HITS, TakeSettings(seeds, threads=1), first=0, end=end, **more))


@pytest.mark.parametrize("variant", ["frame", "hits", "sequence"])
def test_the_same_seed_makes_the_same_take_alone_and_beside_others(tmp_path: Path, variant: str) -> None:
    model = _generator(tmp_path / "model", variant=variant, window=5, look=4)
    both = _takes(model, (3, 4))
    assert both.shape == (2, 12 * 256)
    np.testing.assert_array_equal(_takes(model, (4,))[0], both[1])
    assert not np.array_equal(both[0], both[1])
    assert np.abs(both).max() <= 1.0


def test_what_is_shown_and_hit_is_heard(tmp_path: Path) -> None:
    model = _generator(tmp_path / "model", variant="hits")
    silent = _sound(make_takes(model, _Film(), (), TakeSettings((3,), threads=1), first=0, end=12))
    told = _takes(model, (3,))
    first = round(0.1 * 4000) // 16 * 16
    np.testing.assert_array_equal(told[:, :first], silent[:, :first])
    assert not np.array_equal(told[:, first:], silent[:, first:])


def test_a_person_may_cancel_between_blocks(tmp_path: Path) -> None:
    model = _generator(tmp_path / "model", variant="hits")
    asked: list[int] = []
    job = Job(is_cancelled=lambda: len(asked) > 1)
    with pytest.raises(Cancelled):
        for block in make_takes(
            model, _Film(), _HITS, TakeSettings((3,), threads=1), first=0, end=1000, job=job
        ):
            asked.append(block.shape[1])
    assert len(asked) == 2


def test_sound_goes_on_from_what_was_before(tmp_path: Path) -> None:
    model = _generator(tmp_path / "model", variant="frame")
    before = np.random.default_rng(0).integers(100, 156, (1, 4 * 256)).astype(np.uint8)
    settings = TakeSettings((3,), threads=1)
    made = [
        _sound(make_takes(model, _Film(4), _HITS, settings, first=8, end=10, before=heard))
        for heard in (before, before[:, ::-1].copy())
    ]
    assert made[0].shape == (1, 2 * 256)
    assert not np.array_equal(made[0], made[1])


@pytest.mark.parametrize("variant", ["hits", "sequence"])
def test_what_was_interrupted_goes_on_bit_for_bit(tmp_path: Path, variant: str) -> None:
    model = _generator(tmp_path / "model", variant=variant, window=5)
    settings = TakeSettings((3, 4), threads=1)
    whole = list(TakeMaker(model, _HITS, settings, first=1, end=12).levels(_Film(1)))
    for count in (2, 6):
        maker = TakeMaker(model, _HITS, settings, first=1, end=12)
        begun = list(islice(maker.levels(_Film(1)), count))
        state = maker.state()
        assert state is not None and state.picture == 1 + count
        later = TakeMaker(model, _HITS, settings, first=1, end=12, state=state)
        rest = later.levels(_Film(later.look_from))
        np.testing.assert_array_equal(np.concatenate([*begun, *rest], axis=1), np.concatenate(whole, axis=1))


def test_only_hits_that_can_still_be_heard_are_told(tmp_path: Path) -> None:
    model = _generator(tmp_path / "model", variant="hits")
    early = SoundingHit(-20.0, -10.0, "hit", 0.0, _HITS[0].materials)
    settings = TakeSettings((3,), threads=1)
    made = _sound(make_takes(model, _Film(), (early, *_HITS), settings, first=0, end=12))
    np.testing.assert_array_equal(made, _takes(model, (3,)))
