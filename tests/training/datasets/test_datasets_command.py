"""`python -m training.datasets`: what a person reads, and the exit code a script reads."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from tests.training.datasets.tiny_folders import write_vis_data
from training.datasets import __main__ as command


def run(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], *words: str
) -> tuple[int, str, str]:
    """Exit code, standard output, standard error."""
    monkeypatch.setattr(sys, "argv", ["datasets", *words])
    monkeypatch.setenv("COLUMNS", "160")
    with pytest.raises(SystemExit) as ended:
        command.main()
    captured = capsys.readouterr()
    return int(ended.value.code or 0), captured.out, captured.err


@pytest.fixture(autouse=True)
def log_as_before() -> object:
    import logging

    yield
    logging.disable(logging.NOTSET)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    names = ["v0", "v1", "v2", "v3"]
    return write_vis_data(tmp_path / "data", names, lists={"train.txt": names[:3], "test.txt": names[3:]})


def test_a_whole_data_set(
    folder: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    code, said, _ = run(monkeypatch, capsys, "check", str(folder), "--decode")
    assert code == 0
    for expected in (
        "4 of 4 sources",
        "wood 4, unlabelled 4",
        "CC BY 4.0",
        "Visually Indicated Sounds",
        "none",
    ):
        assert expected in said


def test_what_is_wrong_is_listed(
    folder: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    (folder / "v0_denoised.mp4").write_bytes(b"x" * 99)
    (folder / "v1_times.txt").write_text("0.5 jelly hit static\n")
    (folder / "v2_times.txt").unlink()
    code, said, _ = run(monkeypatch, capsys, "check", str(folder))
    assert code == 1
    assert "broken 1, mislabelled 1, missing 1" in said
    for expected in ("v0", "unknown material “jelly”", "“v2_times.txt” is missing"):
        assert expected in said


def test_damage_inside_is_found_by_decoding(
    folder: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    clip = folder / "v0_denoised.mp4"
    contents = bytearray(clip.read_bytes())
    start = contents.index(b"mdat") + 1500
    contents[start : start + 400] = b"\xa5" * 400
    clip.write_bytes(contents)
    assert run(monkeypatch, capsys, "check", str(folder))[0] == 0
    code, said, _ = run(monkeypatch, capsys, "check", str(folder), "--decode")
    assert code == 1
    assert "of its 60 pictures can be decoded" in said


def test_only_some_problems_are_shown_unless_all_are_wanted(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    write_vis_data(
        tmp_path, ["v"], lists={"train.txt": ["v"], "test.txt": [f"gone{n:02}" for n in range(30)]}
    )
    _, said, _ = run(monkeypatch, capsys, "check", str(tmp_path))
    assert "gone19" in said and "gone20" not in said
    assert "10 more; --all lists them." in said
    assert "gone29" in run(monkeypatch, capsys, "check", str(tmp_path), "--all")[1]


def test_nothing_to_use(
    folder: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    for clip in folder.glob("*.mp4"):
        clip.write_bytes(b"x" * 99)
    code, said, _ = run(monkeypatch, capsys, "check", str(folder))
    assert code == 2
    assert "none of its clips can be used" in said
    code, _, error = run(monkeypatch, capsys, "check", str(folder / "nowhere"))
    assert code == 2
    assert "does not exist" in error


def test_a_split_and_its_names(
    folder: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    code, said, _ = run(monkeypatch, capsys, "split", str(folder), "--protocol", "two-tower", "--names")
    assert code == 0
    lines = [line.split("\t") for line in said.splitlines() if "\t" in line]
    assert sorted(name for _, name in lines) == ["v0", "v1", "v2", "v3"]
    assert ["test", "v3"] in lines
    assert sorted(side for side, _ in lines) == ["test", "training", "training", "validation"]
    code, _, error = run(monkeypatch, capsys, "split", str(folder), "--protocol", "mine")
    assert code == 2
    assert "there is: owens, huang-kumar, two-tower" in error
