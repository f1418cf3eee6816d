"""Learning on the user's machine as a whole: films of falling blocks, and a detector that is always late."""

import json
from dataclasses import replace
from fractions import Fraction
from functools import partial
from pathlib import Path

import numpy as np
import pytest
import torch

from engine.analysis.analyse import analyse
from engine.analysis.to_document import hits_and_loudness
from engine.errors import Cancelled, UserFacingError
from engine.evaluation.onsets import OnsetCounts
from engine.host_jobs import KINDS
from engine.job import SILENT_JOB, Job
from engine.learning import own_detector
from engine.learning.fitting import fitted, seen_windows
from engine.learning.gathering import Gathered, from_projects
from engine.learning.judging import Score
from engine.learning.learner import Learned, LearnerConfig
from engine.learning.own_detector import found_by, learn_corrections, learn_footage
from engine.learning.shots import learning_shots, watch
from engine.learning.watching import networks_of
from engine.models import registry
from engine.models.checkpoint import save_checkpoint
from engine.models.hits import HitModel, load_hit_model
from engine.models.registry import find_model, user_models
from engine.project import edits
from engine.project.document import MediaReference, Project, Video
from tests.engine.learning.falling_things import (
    QUICK,
    knocks,
    known,
    landing_times,
    late,
    taught_detector,
    write_film,
)

LATE_S, SILENT_S = 0.08, 16
CONFIG = LearnerConfig(fitting=QUICK)


@pytest.fixture(scope="module")
def films(tmp_path_factory) -> Path:
    """Three films with their knocks, one with other knocks, and one without sound."""
    folder = tmp_path_factory.mktemp("films")
    for seed in range(3):
        landings_s = landing_times(seed)
        write_film(folder / f"block {seed}.mkv", landings_s, seed, knocks(landings_s))
    write_film(folder / "music.mkv", landing_times(7), 7, knocks(landing_times(12)))
    write_film(folder / "silent.mkv", landing_times(9, SILENT_S), 9, duration_s=SILENT_S)
    return folder


@pytest.fixture(scope="module")
def taught(films: Path) -> HitModel:
    """A detector that knows such blocks."""
    return taught_detector([known(films / f"block {seed}.mkv", landing_times(seed)) for seed in range(2)])


@pytest.fixture(autouse=True)
def folders(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Where detectors lie."""
    monkeypatch.setattr(registry, "models_folder", lambda: tmp_path / "user")
    monkeypatch.setattr(registry, "bundled_models_folder", lambda: tmp_path / "bundled")
    return tmp_path


def ship(folders: Path, model: HitModel) -> None:
    save_checkpoint(folders / "bundled" / "hit-net", model.network.state_dict(), model.description)


def project_of(video: Path, analysis_model: str = "") -> Project:
    """Without any hit."""
    reference = MediaReference(str(video))
    return Project(
        "p",
        frame_rate=Fraction(30),
        length=SILENT_S * 48_000,
        video=Video(reference, 96, 72, Fraction(30), SILENT_S * 48_000),
        analysis_model=analysis_model,
    )


def test_footage_with_sound_teaches_a_late_detector(films: Path, taught: HitModel, folders: Path):
    ship(folders, late(taught, LATE_S))
    before = {name: tensor.clone() for name, tensor in taught.network.state_dict().items()}
    learned = learn_footage([films], "Blocks", "hit-net", SILENT_JOB, config=CONFIG)
    assert learned.is_kept
    assert learned.before.counts.f1 < 0.6
    assert learned.after.counts.f1 > 0.8
    assert "“music.mkv” does not fit its picture" in learned.summary
    assert "“silent.mkv” has no sound" in learned.summary
    assert learned.summary.startswith("Learned from 18 hits in 18 s of 3 videos, by their sound.")
    kept = load_hit_model(find_model("Blocks"))
    assert abs(kept.picking.shift_s) < 0.5 * LATE_S
    assert kept.description.metrics["f1_50ms"] == learned.after.counts.f1
    (entry,) = user_models()
    assert (entry.origin.base, entry.origin.made_from) == (
        "hit-net",
        "18 hits in 18 s of 3 videos, by their sound",
    )
    assert json.loads(json.dumps(learned.to_json()))["after"]["contacts"] == 18
    shipped = load_hit_model(find_model("hit-net"))
    assert all(torch.equal(before[name], tensor) for name, tensor in shipped.network.state_dict().items())


def test_what_is_no_better_is_kept_only_when_asked(
    films: Path, taught: HitModel, folders: Path, monkeypatch: pytest.MonkeyPatch
):
    ship(folders, taught)
    same = Score(OnsetCounts(9, 12, 10))
    monkeypatch.setattr(
        own_detector, "learn", lambda *arguments: Learned(taught.network, taught.picking, same, same)
    )
    videos = [films / "block 0.mkv"]
    learned = learn_footage(videos, "Same", "hit-net", SILENT_JOB)
    assert not learned.is_kept
    assert "finds 9 of 10 hits and 3 false ones" in learned.summary
    assert "no better, so it was not kept" in learned.summary
    assert user_models() == ()
    learned = learn_footage(videos, "Same", "hit-net", SILENT_JOB, keep_anyway=True)
    assert learned.is_kept
    assert "kept because you asked" in learned.summary
    assert [entry.name for entry in user_models()] == ["Same"]


def test_corrections_of_one_project_teach_by_halves(films: Path, taught: HitModel, folders: Path):
    ship(folders, late(taught, LATE_S))
    project = project_of(films / "silent.mkv", "motion-baseline 1")
    for landing_s in landing_times(9, SILENT_S):
        project = edits.add_hit(project, round(landing_s * 48_000))
    learned = learn_corrections([(project, None)], "Mine", "hit-net", SILENT_JOB, config=CONFIG)
    assert learned.is_kept
    assert learned.after.counts.true == len(landing_times(9, SILENT_S))
    assert learned.after.counts.f1 > learned.before.counts.f1
    assert "as corrected" in learned.summary
    assert "may be chance" in learned.summary, "there are only some twenty hits"


def test_what_the_detector_found_and_a_person_removed_shows_where_they_looked(
    films: Path, taught: HitModel, folders: Path
):
    ship(folders, taught)
    picture = films / "block 1.mkv"
    analysis = analyse(picture, model="hit-net")
    project = replace(project_of(picture), threshold=analysis.threshold, length=6 * 48_000)
    project, _ = edits.merge_analysis(project, *hits_and_loudness(analysis), analysis.model.label)

    def gathered(project: Project) -> Gathered:
        return from_projects([(project, None)], taught, partial(found_by, "hit-net"), SILENT_JOB)

    with pytest.raises(UserFacingError, match="no corrections to learn from yet"):
        gathered(project)
    removed = project.shown_hits[1]
    material = gathered(edits.remove_hits(project, removed.id)).material
    times_s = np.concatenate([one.example.seen_s for one in material])
    assert len(times_s) > 1
    assert not np.isclose(times_s, removed.position / 48_000, atol=0.02).any()


@pytest.mark.parametrize("checks", [3, 100, 300])
def test_a_cancelled_learning_leaves_nothing(films: Path, taught: HitModel, folders: Path, checks: int):
    ship(folders, late(taught, LATE_S))
    asked = 0

    def is_cancelled() -> bool:
        nonlocal asked
        asked += 1
        return asked > checks

    videos = [films / "block 0.mkv", films / "block 1.mkv"]
    with pytest.raises(Cancelled):
        learn_footage(videos, "Gone", "hit-net", Job(is_cancelled=is_cancelled), config=CONFIG)
    assert asked == checks + 1
    assert user_models() == ()


def test_what_can_not_be_done_is_a_sentence(films: Path, taught: HitModel, folders: Path):
    def refused(match: str, paths: list[Path], name: str = "Mine", base: str = "hit-net") -> None:
        with pytest.raises(UserFacingError, match=match):
            learn_footage(paths, name, base, SILENT_JOB, config=CONFIG)

    refused("There is no detector called", [films], base="nobody")
    ship(folders, taught)
    refused("follows rules and can't learn", [films], base="motion-baseline")
    refused("ships with the program", [films], name="hit-net")
    refused("nothing to learn from here. “silent.mkv” has no sound", [films / "silent.mkv"])
    refused("nothing to learn from here. The sound of “music.mkv”", [films / "music.mkv"])
    refused("There is no video", [folders])
    with pytest.raises(UserFacingError, match="no corrections to learn from yet"):
        learn_corrections([(project_of(films / "silent.mkv"), None)], "Mine", "hit-net", SILENT_JOB)


def test_the_engine_process_knows_both_jobs(films: Path, folders: Path):
    arguments = {"name": "Mine", "base": "motion-baseline"}
    for kind, what in (("learn_footage", {"paths": [str(films)]}), ("learn_corrections", {"projects": []})):
        with pytest.raises(UserFacingError, match="can't learn"):
            KINDS[kind]({**arguments, **what}, SILENT_JOB)


def test_a_strong_pull_keeps_the_weights_and_learning_moves_only_what_follows(films: Path, taught: HitModel):
    example = known(films / "block 2.mkv", landing_times(2))
    shots = [(0, shot) for shot in learning_shots(watch(example.stretch, taught, SILENT_JOB), example)]
    few = replace(QUICK, steps=10, least_windows=8, times_varied=1)
    windows = seen_windows(taught.network, shots, few, SILENT_JOB)
    (first,) = networks_of(taught.network)

    def distance(pull: float) -> float:
        (network,) = fitted(taught.network, windows, replace(few, pull=pull, learning_rate=1e-2), SILENT_JOB)
        frozen = network.look.weight, first.look.weight
        assert torch.equal(*frozen)
        pairs = zip(network.over_time.parameters(), first.over_time.parameters(), strict=True)
        return sum(float((one - other).detach().square().sum()) for one, other in pairs)

    assert 0 < distance(100.0) < 0.5 * distance(0.0)
