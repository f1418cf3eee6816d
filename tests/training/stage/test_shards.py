"""Many clips by many processes: the same clips whoever renders them, and nothing lost when it stops."""

from __future__ import annotations

import hashlib
import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from engine.errors import Cancelled, UserFacingError
from engine.job import Job
from tests.training.stage.stage_doubles import SLOW_MARKER, render_tiny
from training.stage import shards
from training.stage.options import StageOptions
from training.stage.shards import Stage, read_manifest, render_stage, split_of
from training.stage.writer import StageWriteError

HERE = Path(__file__).resolve().parent


def stage(folder: Path, clips: int = 3, seed: int = 5, **options) -> Stage:
    return Stage(folder, clips, seed, StageOptions(64, 64, 1.0, **options))


def digests(folder: Path) -> dict[str, str]:
    return {
        path.name: hashlib.sha256(path.read_bytes()).hexdigest()
        for path in sorted(folder.rglob("*"))
        if path.is_file() and path.name != SLOW_MARKER
    }


@pytest.fixture(autouse=True)
def small_shards(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(shards, "CLIPS_PER_SHARD", 2)


def test_the_number_of_processes_changes_nothing(tmp_path: Path) -> None:
    assert render_stage(stage(tmp_path / "one"), processes=1, render=render_tiny) == 3
    assert render_stage(stage(tmp_path / "two"), processes=2, render=render_tiny) == 3
    assert digests(tmp_path / "one") == digests(tmp_path / "two")
    assert len(digests(tmp_path / "one")) == 3 * 4 + 3


def test_the_layout_lists_and_manifest(tmp_path: Path) -> None:
    render_stage(stage(tmp_path, clips=5), processes=1, render=render_tiny)
    assert sorted(path.name for path in tmp_path.glob("shard_*")) == [
        "shard_0000",
        "shard_0001",
        "shard_0002",
    ]
    assert (tmp_path / "shard_0001" / "stage-5-000003_denoised.mp4").is_file()
    manifest = read_manifest(tmp_path)
    assert manifest is not None
    assert (manifest["version"], manifest["seed"], manifest["clips"]) == (1, 5, 5)
    assert manifest["finished_shards"] == [0, 1, 2]
    train, test = ((tmp_path / f"{split}.txt").read_text().split() for split in ("train", "test"))
    assert sorted(train + test) == [f"stage-5-{index:06d}" for index in range(5)]
    assert 1 <= len(test) <= 2


def test_three_of_four_clips_are_for_training_whatever_comes_later() -> None:
    splits = [split_of(9, index) for index in range(400)]
    assert splits.count("test") == 100
    assert all(splits[start : start + 4].count("test") == 1 for start in range(0, 400, 4))
    assert splits != [split_of(10, index) for index in range(400)]


def test_it_goes_on_where_it_was_stopped(tmp_path: Path) -> None:
    seen = []

    def stop_after_three(fraction: float, text: str) -> None:
        seen.append(text)

    job = Job(on_progress=stop_after_three, is_cancelled=lambda: len(seen) == 3)
    with pytest.raises(Cancelled):
        render_stage(stage(tmp_path, clips=5), processes=1, render=render_tiny, job=job)
    assert seen == ["Clip 1 of 5", "Clip 2 of 5", "Clip 3 of 5"]
    manifest = read_manifest(tmp_path)
    assert manifest is not None and manifest["finished_shards"] == [0]
    listed = (tmp_path / "train.txt").read_text().split() + (tmp_path / "test.txt").read_text().split()
    assert len(listed) == 3

    before = (tmp_path / "shard_0000" / "stage-5-000000_denoised.mp4").stat().st_mtime_ns
    assert render_stage(stage(tmp_path, clips=5), processes=1, render=render_tiny) == 2
    assert (tmp_path / "shard_0000" / "stage-5-000000_denoised.mp4").stat().st_mtime_ns == before
    render_stage(stage(tmp_path / "whole", clips=5), processes=1, render=render_tiny)
    whole = digests(tmp_path / "whole")
    assert {name: digests(tmp_path)[name] for name in whole} == whole


def test_a_clip_without_its_truth_is_rendered_again_and_more_clips_can_be_added(tmp_path: Path) -> None:
    render_stage(stage(tmp_path, clips=3), processes=1, render=render_tiny)
    (tmp_path / "shard_0000" / "stage-5-000001_truth.json").unlink()
    assert render_stage(stage(tmp_path, clips=6), processes=1, render=render_tiny) == 4
    manifest = read_manifest(tmp_path)
    assert manifest is not None and manifest["finished_shards"] == [0, 1, 2]


def test_two_stages_are_never_mixed(tmp_path: Path) -> None:
    render_stage(stage(tmp_path), processes=1, render=render_tiny)
    with pytest.raises(UserFacingError, match="seed 5, not 6"):
        render_stage(stage(tmp_path, seed=6), processes=1, render=render_tiny)
    (tmp_path / "wood").mkdir()
    with pytest.raises(UserFacingError, match="holds another stage: textures None, not"):
        render_stage(stage(tmp_path, textures=tmp_path), processes=1, render=render_tiny)
    with pytest.raises(UserFacingError, match="a stage of 3 clips, more than the 2"):
        render_stage(stage(tmp_path, clips=2), processes=1, render=render_tiny)
    (tmp_path / "stage.json").unlink()
    with pytest.raises(UserFacingError, match=r"no stage\.json"):
        render_stage(stage(tmp_path), processes=1, render=render_tiny)


def test_a_damaged_manifest_is_said(tmp_path: Path) -> None:
    (tmp_path / "stage.json").write_text('{"seed": 5')
    with pytest.raises(UserFacingError, match="can't be read as a stage's manifest"):
        render_stage(stage(tmp_path), processes=1, render=render_tiny)


def failing(folder, seed, index, options, job=None) -> None:
    if index == 1:
        raise StageWriteError("the disk is full")
    render_tiny(folder, seed, index, options)


def dying(folder, seed, index, options, job=None) -> None:
    os._exit(9)


def test_what_goes_wrong_in_a_process_is_told(tmp_path: Path) -> None:
    with pytest.raises(StageWriteError, match="the disk is full"):
        render_stage(stage(tmp_path / "a"), processes=2, render=failing)
    manifest = json.loads((tmp_path / "a" / "stage.json").read_text())
    assert 0 not in manifest["finished_shards"]
    with pytest.raises(UserFacingError, match="ended from outside"):
        render_stage(stage(tmp_path / "b"), processes=2, render=dying)


def test_old_leftovers_go(tmp_path: Path) -> None:
    old, young = (tmp_path / "shard_0000" / f".clip.{name}.saving" for name in ("old", "young"))
    old.parent.mkdir()
    for leftover in (old, young):
        leftover.write_bytes(b"half")
    os.utime(old, (time.time() - 9999,) * 2)
    render_stage(stage(tmp_path), processes=1, render=render_tiny)
    assert young.exists() and not old.exists()


COMMAND = """
import sys
from pathlib import Path
from tests.training.stage.stage_doubles import render_tiny
from training.stage import shards
from training.stage.__main__ import _render, _told_in_a_sentence
from training.stage.options import StageOptions
if __name__ == "__main__":
    import training.stage.__main__ as command
    whole = command.render_stage
    command.render_stage = lambda stage, **named: whole(stage, render=render_tiny, **named)
    import typer
    try:
        with _told_in_a_sentence():
            _render(shards.Stage(Path(sys.argv[1]), 4, 5, StageOptions(64, 64, 1.0)), 2)
    except typer.Exit as ended:
        sys.exit(ended.exit_code)
"""


def test_ctrl_c_stops_cleanly_and_soon(tmp_path: Path) -> None:
    out = tmp_path / "out"
    out.mkdir()
    (out / SLOW_MARKER).touch()
    script = tmp_path / "command.py"
    script.write_text(COMMAND)
    process = subprocess.Popen(
        [sys.executable, str(script), str(out)],
        env={**os.environ, "PYTHONPATH": str(HERE.parents[2])},
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
    )
    deadline = time.monotonic() + 60
    while not (out / "stage.json").exists() and time.monotonic() < deadline:
        time.sleep(0.05)
    time.sleep(1.0)
    # As a terminal does: to the whole group.
    os.killpg(process.pid, signal.SIGINT)
    _, told = process.communicate(timeout=60)
    assert process.returncode == 130
    assert "give the same command again" in told and "Traceback" not in told
    assert not list(out.glob("shard_*/*"))
    assert (out / "train.txt").read_text() == ""
