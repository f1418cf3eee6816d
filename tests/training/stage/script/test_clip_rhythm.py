"""The stage's rhythm, materials and actions against the annotations they come from."""

from __future__ import annotations

import json
from itertools import pairwise

import numpy as np
import pytest

from engine.errors import UserFacingError
from engine.project.materials import MATERIALS
from training.stage.script import derive_statistics
from training.stage.script.rhythm import SHORTEST_INTERVAL_S, RhythmConfig, draw_beats, draw_rhythm
from training.stage.script.statistics import STATISTICS_FILE, draw_quantile, stage_statistics

AS_ANNOTATED = RhythmConfig(session_power=1.0, double_share=0.0)


def video(times_s, label=("wood", "hit")):
    return [(float(time_s), *label) for time_s in times_s]


def test_an_even_video_has_its_tempo_and_no_jitter():
    times = np.arange(1.0, 21.0, 1.0)
    (session,) = derive_statistics.sessions_of(["2015-01-01"], [video(times)])
    assert session["videos"] == 1
    assert session["tempo_s"] == pytest.approx(1.0, abs=0.02)
    rhythm = derive_statistics.rhythm_of([video(times)])
    assert rhythm["jitter_quantiles"] == [0.02] * 21
    assert rhythm["pause_share"] == 0.0
    assert rhythm["pause_ratio_quantiles"] == []


def test_a_pause_is_counted_and_measured_in_beats():
    times = np.concatenate([np.arange(0, 10), np.arange(13, 23)]).astype(float)
    rhythm = derive_statistics.rhythm_of([video(times)])
    assert rhythm["pause_share"] == pytest.approx(1 / 19, abs=1e-4)
    assert set(rhythm["pause_ratio_quantiles"]) == {4.0}
    assert rhythm["start_quantiles_s"][0] == 0.0


def test_staying_on_a_material_is_counted_between_labelled_events_only():
    labels = ["wood", "None", "wood", "metal", "metal"]
    events = [(float(k), label, "hit") for k, label in enumerate(labels)]
    found = derive_statistics.materials_of([events])
    assert found["stays"] == pytest.approx(2 / 3, abs=1e-4)
    assert found["number_in_video"] == {"2": 1}
    assert found["videos_together"] == {"wood": {"metal": 1}, "metal": {"wood": 1}}
    assert found["share"]["metal"] == 0.5


def test_the_shipped_statistics_are_those_of_the_annotations(shared_data, tmp_path):
    out = tmp_path / "statistics.json"
    derive_statistics.main(shared_data / "greatest_hits" / "annotations.json", out)
    assert json.loads(out.read_text()) == json.loads(STATISTICS_FILE.read_text())


def test_intervals_are_those_of_the_annotations(shared_data):
    videos = json.loads((shared_data / "greatest_hits" / "annotations.json").read_text())
    true = np.concatenate([np.diff([event[0] for event in v["events"]]) for v in videos.values()])
    rng = np.random.default_rng(5)
    drawn = np.concatenate([np.diff(draw_rhythm(33.0, rng, AS_ANNOTATED)) for _ in range(800)])
    for share in (0.05, 0.25, 0.5, 0.75, 0.9):
        assert np.quantile(drawn, share) == pytest.approx(np.quantile(true, share), rel=0.12)


def test_tempos_reach_from_the_slow_to_the_fast_sessions():
    rng = np.random.default_rng(1)
    medians = [np.median(np.diff(draw_rhythm(20.0, rng))) for _ in range(300)]
    assert np.quantile(medians, 0.05) < 0.48
    assert np.quantile(medians, 0.95) > 0.85


def test_no_interval_is_shorter_than_hands_are():
    rng = np.random.default_rng(2)
    config = RhythmConfig(double_share=0.5)
    gaps = np.concatenate([np.diff(draw_rhythm(10.0, rng, config)) for _ in range(50)])
    assert gaps.min() >= SHORTEST_INTERVAL_S - 1e-9


def test_materials_and_actions_persist_as_annotated():
    rng = np.random.default_rng(3)
    statistics = stage_statistics()
    at_hand = {"wood": 1.0, "metal": 1.0, "plastic": 1.0, "leaf": 1.0}
    same = scratch_after_scratch = scratch_after_hit = 0
    pairs = scratches = hits = 0
    for _ in range(700):
        beats = draw_beats(25.0, at_hand, rng, AS_ANNOTATED)
        for first, second in pairwise(beats):
            pairs += 1
            same += first.material == second.material
            if first.action == "scratch":
                scratches += 1
                scratch_after_scratch += second.action == "scratch"
            else:
                hits += 1
                scratch_after_hit += second.action == "scratch"
    # 0.831, 0.668 and 0.164 in the annotations.
    assert same / pairs == pytest.approx(0.831, abs=0.05)
    assert scratch_after_scratch / scratches == pytest.approx(0.668, abs=0.06)
    assert scratch_after_hit / hits == pytest.approx(0.164, abs=0.04)
    assert set(statistics.scratch_share) == set(MATERIALS)


def test_the_same_generator_gives_the_same_beats():
    at_hand = {"wood": 3.0, "rock": 1.0}
    first = draw_beats(10.0, at_hand, np.random.default_rng(9))
    second = draw_beats(10.0, dict(reversed(at_hand.items())), np.random.default_rng(9))
    assert first == second
    assert first != draw_beats(10.0, at_hand, np.random.default_rng(10))


def test_only_what_is_at_hand_is_struck():
    beats = draw_beats(60.0, {"glass": 1.0}, np.random.default_rng(0))
    assert {beat.material for beat in beats} == {"glass"}


@pytest.mark.parametrize("duration_s", [0.0, -1.0, float("nan"), float("inf")])
def test_a_clip_without_length_is_refused(duration_s):
    with pytest.raises(UserFacingError, match="no room for contacts"):
        draw_rhythm(duration_s, np.random.default_rng(0))


def test_nothing_to_strike_is_said():
    with pytest.raises(UserFacingError, match="Nothing of this set can be struck"):
        draw_beats(5.0, {}, np.random.default_rng(0))


def test_draws_between_quantiles_have_those_quantiles():
    rng = np.random.default_rng(0)
    quantiles = np.array([0.0, 1.0, 5.0])
    drawn = [draw_quantile(quantiles, rng) for _ in range(4000)]
    assert np.median(drawn) == pytest.approx(1.0, abs=0.1)
    assert min(drawn) >= 0 and max(drawn) <= 5
