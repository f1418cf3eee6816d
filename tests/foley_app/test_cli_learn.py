"""`foley learn` as a person uses it; the learning itself is the engine's, and tested there."""

from __future__ import annotations

from pathlib import Path
from unittest import mock

import pytest

from engine.evaluation.onsets import OnsetCounts
from engine.learning import own_detector
from engine.learning.judging import Score
from engine.learning.own_detector import OwnDetector
from engine.project.storage import save_project
from tests.engine.project.example_projects import row_of_hits
from tests.foley_app.command_line import foley, sentence_of

BEFORE, AFTER = Score(OnsetCounts(5, 9, 10)), Score(OnsetCounts(8, 9, 10))


@pytest.fixture
def asked(monkeypatch: pytest.MonkeyPatch) -> mock.Mock:
    """Learning that ends at once: kept only when asked for."""
    learn = mock.Mock(
        side_effect=lambda given, name, base, job, *, keep_anyway: OwnDetector(
            name, keep_anyway, "Learned from nothing.", BEFORE, AFTER
        )
    )
    monkeypatch.setattr(own_detector, "learn_corrections", learn)
    monkeypatch.setattr(own_detector, "learn_footage", learn)
    return learn


def test_footage_is_handed_on_as_given(asked: mock.Mock, tmp_path: Path):
    ended = foley("learn", "footage", tmp_path / "a.mp4", tmp_path, "--name", "Feet", "--base", "Mine")
    assert ended.returncode == 0, ended.stderr
    assert ended.stdout.splitlines() == [
        "Learned from nothing.",
        "With --keep-anyway it is kept all the same.",
    ]
    assert asked.call_args.args[:3] == ([tmp_path / "a.mp4", tmp_path], "Feet", "Mine")


def test_projects_are_read_with_their_folders(asked: mock.Mock, tmp_path: Path):
    project = row_of_hits(3)
    save_project(project, tmp_path / "one.foley")
    ended = foley("learn", "corrections", tmp_path / "one.foley", "--name", "Feet", "--keep-anyway")
    assert ended.returncode == 0, ended.stderr
    assert ended.stdout.splitlines()[-1] == "Use it with --model Feet."
    assert asked.call_args.args[:3] == ([(project, tmp_path.resolve())], "Feet", "hit-net")


def test_what_can_not_be_done_is_a_sentence_or_wrong_usage(tmp_path: Path):
    assert foley("learn", "footage", tmp_path).returncode == 2
    assert foley("learn", "footage", "--name", "Feet").returncode == 2
    missing = foley("learn", "corrections", tmp_path / "none.foley", "--name", "Feet")
    assert "none.foley" in sentence_of(missing)
    rules = foley("learn", "footage", tmp_path, "--name", "Feet", "--base", "motion-baseline")
    assert "can't learn" in sentence_of(rules)
    taken = foley("learn", "footage", tmp_path, "--name", "hit-net")
    assert "ships with the program" in sentence_of(taken)
