"""Recognising data sets by their files."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.training.datasets.tiny_folders import write_clip, write_stage, write_vegas, write_vis_data
from training.datasets import DatasetError, open_dataset
from training.datasets.greatest_hits import GreatestHits
from training.datasets.greatest_hits_clips import GreatestHitsClips
from training.datasets.impacts import Impacts
from training.datasets.opening import data_folder
from training.datasets.stage import Stage
from training.datasets.vegas import Vegas


def test_each_layout_is_recognised(tmp_path: Path) -> None:
    write_stage(tmp_path / "s", {"shard_0000": ["a"]})
    write_vis_data(tmp_path / "g", ["a"])
    write_vegas(tmp_path / "v", {"dog": ["a"]})
    write_clip(tmp_path / "i" / "a.mov", with_sound=False)
    (tmp_path / "c" / "clips").mkdir(parents=True)
    (tmp_path / "c" / "clips" / "truth.json").write_text("{}")
    kinds = {"s": Stage, "g": GreatestHits, "v": Vegas, "i": Impacts, "c": GreatestHitsClips}
    for name, kind in kinds.items():
        dataset = open_dataset(tmp_path / name)
        assert type(dataset) is kind
        assert dataset.info.citation and dataset.info.licence and dataset.info.protocols


def test_a_layout_can_be_said(tmp_path: Path) -> None:
    write_vis_data(tmp_path, ["a"])
    assert isinstance(open_dataset(tmp_path, "impacts"), Impacts)
    with pytest.raises(DatasetError, match="There is no layout “imagenet”; there are: stage, greatest-hits"):
        open_dataset(tmp_path, "imagenet")


def test_a_name_stands_for_its_usual_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("FOLEY_DATA", str(tmp_path))
    write_vis_data(tmp_path / "vis-data", ["a"])
    assert data_folder() == tmp_path
    assert open_dataset("greatest-hits").root == tmp_path / "vis-data"
    with pytest.raises(DatasetError, match=r"vegas” does not exist"):
        open_dataset("vegas")


def test_what_is_no_data_set(tmp_path: Path) -> None:
    (tmp_path / "notes.txt").write_text("")
    with pytest.raises(DatasetError, match="holds no data set that is recognised"):
        open_dataset(tmp_path)
    with pytest.raises(DatasetError, match="is a file, not a folder"):
        open_dataset(tmp_path / "notes.txt")
    with pytest.raises(DatasetError, match="does not exist"):
        open_dataset(tmp_path / "nowhere")
