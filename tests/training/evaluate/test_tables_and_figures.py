"""What tables say and what figures are written."""

from __future__ import annotations

import io
from pathlib import Path

import numpy as np
import pytest
from rich.console import Console

from engine.errors import UserFacingError
from engine.evaluation.bootstrap import Interval
from engine.evaluation.calibration import evaluate as evaluate_calibration
from engine.evaluation.detections import precision_recall
from training.evaluate import figures
from training.evaluate.papers import PaperRow
from training.evaluate.score_table import ScoreTable, shown


def test_cells() -> None:
    assert [shown(cell) for cell in (0.12345, 7, "x", None, float("nan"))] == ["0.123", "7", "x", "–", "–"]
    assert shown(Interval(0.5, 0.25, 0.75)) == "0.500\n0.250–0.750"


def test_a_table_marks_the_papers_rows() -> None:
    table = ScoreTable("Scores [all]", ("F1", "AP"), notes=["A note."])
    table.add("ours", 0.7, None, kind="ours")
    table.add_papers([PaperRow("Owens", "244 videos", {"ap": 0.436})], [None, "ap"])
    printed = io.StringIO()
    table.show(Console(file=printed))
    text = printed.getvalue()
    assert "Owens [other data: 244 videos]" in text and "0.436" in text
    assert "Scores [all]" in text and "0.700" in text and "A note." in text
    with pytest.raises(ValueError, match="1 cells do not fill 2"):
        table.add("too few", 0.5)


FIGURES = {
    "confusion": lambda: figures.confusion_figure(np.array([[3, 1], [0, 0]]), ["wood", "rock"], "t"),
    "co-appearance": lambda: figures.co_appearance_figure(np.eye(3), ["a", "b", "c"], "t"),
    "curve": lambda: figures.precision_recall_figure({"net": precision_recall([1, 0], [0.9, 0.1], 2)}, "t"),
    "reliability": lambda: figures.reliability_figure(
        {"net": evaluate_calibration([0.9, 0.8, 0.1], [True, False, False])}, 0.5, "t"
    ),
    "top k": lambda: figures.top_k_figure({"net": [0.5, 0.75]}, "t"),
    "levels": lambda: figures.levels_figure({"clip": ([-20.0, -30.0], [-25.0, -25.0])}, 1 / 30, "t"),
}


@pytest.mark.parametrize("name", FIGURES)
def test_figures_are_written(name: str, tmp_path: Path) -> None:
    path = tmp_path / "figure.png"
    figures.write_figure(FIGURES[name](), path)
    assert path.read_bytes().startswith(b"\x89PNG")
    assert [each.name for each in tmp_path.iterdir()] == ["figure.png"]


def test_a_confusion_shows_shares_of_the_rows_that_occur() -> None:
    axes = FIGURES["confusion"]().axes[0]
    assert [label.get_text() for label in axes.get_yticklabels()] == ["wood (4)"]
    assert sorted(text.get_text() for text in axes.texts) == [".25", ".75"]


def test_a_figure_that_cannot_be_written_leaves_the_old_one(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "figure.png"
    path.write_bytes(b"old")
    figure = FIGURES["top k"]()

    def full(target: Path, **_: object) -> None:
        target.write_bytes(b"half")
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(figure, "savefig", full)
    with pytest.raises(UserFacingError, match="No space left"):
        figures.write_figure(figure, path)
    assert path.read_bytes() == b"old"
    assert [each.name for each in tmp_path.iterdir()] == ["figure.png"]


def test_names_that_are_no_figure() -> None:
    with pytest.raises(UserFacingError, match=r"ends in \.png"):
        figures.check_target(Path("figure.doc"))
    with pytest.raises(UserFacingError, match="does not exist"):
        figures.check_target(Path("/nowhere/figure.png"))
