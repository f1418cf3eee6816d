"""Digests of data sets and files."""

from __future__ import annotations

import hashlib
import shutil
from dataclasses import replace
from pathlib import Path

import pytest

from tests.training.datasets.tiny_folders import write_vis_data
from training.datasets.greatest_hits import GreatestHits
from training.datasets.greatest_hits_clips import GreatestHitsClips
from training.datasets.manifest import file_sha256, manifest_sha256, wrong_checksums


def test_the_manifest_is_of_names_and_sizes(tmp_path: Path) -> None:
    write_vis_data(tmp_path / "a", ["v", "w"])
    recordings = GreatestHits(tmp_path / "a").recordings()
    files = sorted(
        path for path in (tmp_path / "a").iterdir() if path.name.endswith(("_denoised.mp4", ".wav"))
    )
    lines = "".join(f"{path.name}\t{path.stat().st_size}\n" for path in files)
    digest = manifest_sha256(recordings, tmp_path / "a")
    assert digest == hashlib.sha256(lines.encode()).hexdigest()
    assert manifest_sha256(reversed(recordings), tmp_path / "a") == digest
    shutil.copytree(tmp_path / "a", tmp_path / "b")
    assert manifest_sha256(GreatestHits(tmp_path / "b").recordings(), tmp_path / "b") == digest
    assert manifest_sha256(recordings[:1], tmp_path / "a") != digest
    with (tmp_path / "a" / "v_denoised.wav").open("ab") as file:
        file.write(b"more")
    assert manifest_sha256(recordings, tmp_path / "a") != digest


def test_files_that_are_not_the_known_ones_are_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write_vis_data(tmp_path, ["v"])
    (tmp_path / "right.txt").write_text("abc")
    (tmp_path / "wrong.txt").write_text("abd")
    known = hashlib.sha256(b"abc").hexdigest()
    info = replace(GreatestHits.info, sha256=dict.fromkeys(("right.txt", "wrong.txt", "absent.txt"), known))
    monkeypatch.setattr(GreatestHits, "info", info)
    assert [problem.name for problem in wrong_checksums(GreatestHits(tmp_path))] == ["wrong.txt"]
    assert file_sha256(tmp_path / "right.txt") == known


def test_the_real_clips_are_the_known_ones(clips: Path) -> None:
    assert list(wrong_checksums(GreatestHitsClips(clips.parent))) == []
