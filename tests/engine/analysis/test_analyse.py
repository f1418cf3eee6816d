"""A video file through the whole analysis: events, times, cancel, and the real clips' quality."""

from __future__ import annotations

import json
from fractions import Fraction
from pathlib import Path

import numpy as np
import pytest
from moving_stick import jittered_times, steady_times, stick_pictures, write_video

from engine.analysis import struck_materials
from engine.analysis.analyse import DEFAULT_MODEL, analyse, model_names
from engine.analysis.contract import analysis_to_json
from engine.analysis.to_document import document_event, hits_and_loudness, project_from_video
from engine.errors import Cancelled, MediaError, UserFacingError
from engine.evaluation.onsets import evaluate
from engine.job import Job
from engine.project.document_json import HIT_SHAPE
from engine.project.materials import MATERIALS

CONTACTS_S = (0.95, 1.7, 2.4, 3.05)
BASELINE = "motion-baseline"
"""Drawn sticks are not what a learned detector learned from."""


@pytest.fixture(scope="module")
def video(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("videos") / "stick.mp4"
    pictures = list(stick_pictures(steady_times(30, 3.6), CONTACTS_S, size=(228, 128)))
    write_video(path, pictures)
    return path


def test_a_video_gives_hits_levels_and_events(video: Path) -> None:
    events, fractions = [], []
    job = Job(on_progress=lambda fraction, _: fractions.append(fraction), on_event=events.append)
    analysis = analyse(video, model=BASELINE, job=job)
    assert [hit.time_s for hit in analysis.hits] == pytest.approx(CONTACTS_S, abs=0.03)
    # Hits are told as they are found; what is struck is seen when all are there.
    told = [(event["hit"]["time_s"], event["hit"]["confidence"]) for event in events]
    assert told == [(hit.time_s, hit.confidence) for hit in analysis.hits]
    assert all(len(hit.materials) == len(MATERIALS) and hit.contact is not None for hit in analysis.hits)
    assert fractions == sorted(fractions)
    assert len(fractions) > 10
    assert analysis.frame_times_s == pytest.approx(steady_times(30, 3.6), abs=1e-3)
    assert (analysis.video.width, analysis.video.height) == (228, 128)
    contract = analysis_to_json(analysis)
    assert len(contract["loudness"]["level_db"]) == 108
    frame = int(CONTACTS_S[1] * 30) + 1
    assert analysis.level_db[frame] > analysis.level_db[frame - 4] + 10


def test_the_same_video_gives_the_same_answer(video: Path) -> None:
    first, second = (analysis_to_json(analyse(video, model=BASELINE)) for _ in range(2))
    assert json.dumps(first) == json.dumps(second)


def test_the_threshold_only_moves_hits_to_the_candidates(video: Path) -> None:
    low, high = (
        analyse(video, model=BASELINE, threshold=threshold, materials=False) for threshold in (0.1, 0.97)
    )
    assert len(low.hits) > len(high.hits)
    times = [sorted(hit.time_s for hit in (*each.hits, *each.candidates)) for each in (low, high)]
    assert times[0] == times[1]


def test_variable_frame_rate_keeps_the_files_own_times(tmp_path: Path) -> None:
    times = jittered_times(3.6, 4)
    write_video(tmp_path / "phone.mkv", list(stick_pictures(times, CONTACTS_S)))
    analysis = analyse(tmp_path / "phone.mkv", model=BASELINE, materials=False)
    assert analysis.frame_times_s == pytest.approx(times, abs=2e-3)
    assert [hit.time_s for hit in analysis.hits] == pytest.approx(CONTACTS_S, abs=0.035)


def test_cancel_stops_it(video: Path) -> None:
    asked = 0

    def is_cancelled() -> bool:
        nonlocal asked
        asked += 1
        return asked > 20

    with pytest.raises(Cancelled):
        analyse(video, model=BASELINE, job=Job(is_cancelled=is_cancelled))
    assert asked == 21


def test_hits_are_kept_when_what_is_struck_cannot_be_seen(
    video: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def missing() -> None:
        raise UserFacingError("The weights are not those that are known.")

    monkeypatch.setattr(struck_materials, "hit_sight", missing)
    found, plain = analyse(video), analyse(video, materials=False)
    assert [hit.time_s for hit in found.hits] == [hit.time_s for hit in plain.hits] != []
    assert found.hits[0].materials == plain.hits[0].materials
    [note] = [note for note in found.notes if note.kind == "unseen"]
    assert note.text.endswith("The weights are not those that are known.")


def test_bad_wishes_are_refused_in_a_sentence(video: Path, tmp_path: Path) -> None:
    assert {DEFAULT_MODEL, BASELINE, "sound-onsets"} <= set(model_names())
    with pytest.raises(UserFacingError, match="no detector called “oracle”"):
        analyse(video, model="oracle")
    with pytest.raises(UserFacingError, match="between 0 and 1"):
        analyse(video, threshold=1.5)
    text = tmp_path / "notes.mp4"
    text.write_text("not a video")
    with pytest.raises(MediaError):
        analyse(text)


def test_hits_enter_the_document(video: Path) -> None:
    events: list[dict] = []
    analysis = analyse(video, model=BASELINE, materials=False, job=Job(on_event=events.append))
    hits, loudness = hits_and_loudness(analysis, 48_000)
    shown = [hit for hit in hits if hit.confidence >= analysis.threshold]
    assert [hit.position for hit in shown] == [round(hit.time_s * 48_000) for hit in analysis.hits]
    assert [HIT_SHAPE.read(document_event(event)["hit"]) for event in events] == shown
    assert loudness.frame_positions[:3] == (0, 1600, 3200)
    assert len(loudness.level_db) == 108
    assert all(hit.material == hit.materials[0].name for hit in hits)


def test_a_project_for_a_video(video: Path) -> None:
    project = project_from_video(video)
    assert project.video is not None
    assert (project.video.width, project.video.height) == (228, 128)
    assert project.frame_rate == Fraction(30)
    assert project.length == pytest.approx(3.6 * 48_000, abs=1600)
    assert project.timecode.format(project.start_frame) == "01:00:00:00"
    assert [track.name for track in project.tracks] == ["Foley"]
    assert not project.video.has_audio


def test_real_clips(clips: Path) -> None:
    """What ships is as good as on the day it was made; half of the measure a picker of slow-downs has too."""
    truth = json.loads((clips / "truth.json").read_text())
    pairs, correlations = [], []
    for name, expected in truth.items():
        analysis = analyse(clips / name, materials=False)
        pairs.append((expected["onsets_s"], [hit.time_s for hit in analysis.hits]))
        levels = analysis_to_json(analysis)["loudness"]["level_db"]
        assert len(levels) == len(expected["level_db_30fps"])
        correlations.append(np.corrcoef(levels, expected["level_db_30fps"])[0, 1])
    counts = evaluate(pairs)
    assert counts[0.05].f1 >= 0.78
    assert counts[0.033].f1 >= 0.72
    assert np.mean(correlations) > 0.5
