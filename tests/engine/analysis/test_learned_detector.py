"""Videos through the learned detector: blocks, batches and devices change nothing; hits come as found."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
import torch
from moving_stick import jittered_times, steady_times, stick_pictures, write_video
from small_detector import NETWORK, PICKING, VIEW, small_detector, small_model

from engine.analysis import learned_detector
from engine.analysis.analyse import analyse, analyse_many
from engine.analysis.contract import analysis_to_json, hit_to_json
from engine.analysis.result import Analysis, DetectedHit
from engine.errors import Cancelled, MediaError, UserFacingError
from engine.job import SILENT_JOB, Job
from engine.media.decode import iter_frames
from engine.media.probe import MediaInfo, require_video
from engine.models import registry
from engine.models.hits import hit_curves
from engine.models.origin import Origin
from engine.models.picking import pick_contacts
from engine.models.shot_blocks import BlockConfig
from engine.models.shot_view import shot_views
from tests.media_factory import make_video

CONTACTS_S = (0.95, 1.7, 2.4, 3.05)
SHORT_BLOCKS = BlockConfig(block_s=0.5, around_s=100.0)


@pytest.fixture(scope="module")
def video(tmp_path_factory: pytest.TempPathFactory) -> MediaInfo:
    path = tmp_path_factory.mktemp("videos") / "stick.mp4"
    write_video(path, list(stick_pictures(steady_times(30, 3.6), CONTACTS_S, size=(228, 128))))
    return require_video(path)


@pytest.fixture(scope="module")
def portrait(tmp_path_factory: pytest.TempPathFactory) -> MediaInfo:
    """At 50 pictures a second, higher than wide."""
    path = tmp_path_factory.mktemp("videos") / "portrait.mp4"
    write_video(path, list(stick_pictures(steady_times(50, 2.4), CONTACTS_S, size=(96, 160))), 50)
    return require_video(path)


def everything(analysis: Analysis) -> list[DetectedHit]:
    return sorted((*analysis.hits, *analysis.candidates), key=lambda hit: hit.time_s)


def assert_alike(one: Analysis, other: Analysis, within: float = 1e-4) -> None:
    first, second = everything(one), everything(other)
    assert len(first) == len(second) > 0
    for field in ("time_s", "duration_s", "confidence", "level_db"):
        values = [[getattr(hit, field) for hit in hits] for hits in (first, second)]
        assert values[0] == pytest.approx(values[1], abs=within), field
    assert one.level_db == pytest.approx(other.level_db, abs=within)


def test_hits_are_what_the_networks_and_the_picking_say(video: MediaInfo) -> None:
    model = small_model()
    size = VIEW.grids.motion.picture_size(228, 128)
    views = shot_views(iter_frames(video.path, size=size, gray=True), VIEW, NETWORK.rate_hz)
    [curves] = hit_curves(model.network, views)
    expected = pick_contacts(curves, PICKING)
    analysis = small_detector().detect(video, 0.5, SILENT_JOB)
    found = everything(analysis)
    assert [hit.time_s for hit in found] == pytest.approx([each.time_s for each in expected], abs=1e-6)
    assert [hit.action for hit in found] == [each.action for each in expected]
    assert len(analysis.hits) > 2 and len(analysis.candidates) > 1
    assert analysis.level_db == pytest.approx(curves.level_db, abs=1e-3)
    assert analysis.frame_times_s == pytest.approx(steady_times(30, 3.6), abs=1e-3)


def test_where_blocks_end_changes_nothing(video: MediaInfo) -> None:
    whole, pieces = (small_detector(blocks).detect(video, 0.5, SILENT_JOB) for blocks in (None, SHORT_BLOCKS))
    assert_alike(whole, pieces)
    assert [hit.contact for hit in everything(whole)] == [hit.contact for hit in everything(pieces)]


def test_every_hit_is_told(video: MediaInfo) -> None:
    events, fractions = [], []
    job = Job(on_progress=lambda fraction, _: fractions.append(fraction), on_event=events.append)
    analysis = small_detector(SHORT_BLOCKS).detect(video, 0.5, job)
    assert events == [{"event": "hit", "hit": hit_to_json(hit)} for hit in analysis.hits]
    assert fractions and fractions == sorted(fractions)
    analysis_to_json(analysis)


def test_several_videos_at_once_are_each_like_alone(video: MediaInfo, portrait: MediaInfo) -> None:
    detector = small_detector(SHORT_BLOCKS)
    alone = [detector.detect(media, 0.5, SILENT_JOB) for media in (video, portrait)]
    together = detector.detect_many([portrait, video, portrait], 0.5, SILENT_JOB, at_once=2)
    for one, other in zip((alone[1], alone[0], alone[1]), together, strict=True):
        assert isinstance(other, Analysis)
        assert_alike(one, other)
    assert alone[1].frame_times_s == pytest.approx(steady_times(50, 2.4), abs=1e-3)


def test_variable_rate_keeps_the_files_own_times(tmp_path: Path) -> None:
    times_s = jittered_times(2.5, 4)
    write_video(tmp_path / "phone.mkv", list(stick_pictures(times_s, CONTACTS_S)))
    analysis = small_detector().detect(require_video(tmp_path / "phone.mkv"), 0.5, SILENT_JOB)
    assert analysis.frame_times_s == pytest.approx(times_s, abs=2e-3)
    assert np.isfinite(analysis.level_db).all()
    analysis_to_json(analysis)


@pytest.mark.skipif(not torch.cuda.is_available(), reason="needs a GPU")
def test_a_gpu_says_what_the_cpu_says(video: MediaInfo, portrait: MediaInfo) -> None:
    detectors = [small_detector(device=device) for device in ("cpu", "cuda")]
    for media in (video, portrait):
        assert_alike(*(detector.detect(media, 0.5, SILENT_JOB) for detector in detectors), within=0.02)


def test_cancelling_ends_the_threads(video: MediaInfo) -> None:
    asked = 0

    def is_cancelled() -> bool:
        nonlocal asked
        asked += 1
        return asked > 3

    threads = {thread.name for thread in threading.enumerate()}
    with pytest.raises(Cancelled):
        small_detector(SHORT_BLOCKS).detect(video, 0.5, Job(is_cancelled=is_cancelled))
    assert asked <= 5
    assert "read ahead" not in {thread.name for thread in threading.enumerate()} - threads


@pytest.fixture
def own_detector(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    monkeypatch.setattr(registry, "models_folder", lambda: tmp_path / "models")
    model = small_model()
    registry.save_user_model("mine", model.network.state_dict(), model.description, Origin())
    yield "mine"


def test_a_detector_of_the_users_is_chosen_by_name(video: MediaInfo, own_detector: str) -> None:
    analysis = analyse(video.path, model=own_detector)
    assert analysis.model.name == "mine"
    assert_alike(analysis, small_detector().detect(video, 0.5, SILENT_JOB))
    with pytest.raises(UserFacingError, match=r"no detector called “yours”; there are: .*mine"):
        analyse(video.path, model="yours")
    (registry.find_model("mine") / "weights.safetensors").write_bytes(b"")
    with pytest.raises(UserFacingError, match="damaged or exchanged"):
        analyse(video.path, model=own_detector)


@pytest.mark.parametrize("model", ["mine", "motion-baseline"])
def test_one_broken_file_does_not_stop_the_others(
    video: MediaInfo, own_detector: str, tmp_path: Path, model: str
) -> None:
    (tmp_path / "notes.mp4").write_text("not a video")
    single = make_video(tmp_path / "single.mp4", count=1)
    first, broken, still = analyse_many([video.path, tmp_path / "notes.mp4", single], model=model)
    assert isinstance(first, Analysis)
    assert isinstance(broken, MediaError) and isinstance(still, MediaError)
    assert len(first.hits) == len(analyse(video.path, model=model).hits)


def test_an_error_while_decoding_is_told(video: MediaInfo, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*_: object, **__: object) -> Iterator[None]:
        raise MediaError("“stick.mp4” breaks off.")
        yield

    monkeypatch.setattr("engine.analysis.video_reading.iter_frames", broken)
    with pytest.raises(MediaError, match="breaks off"):
        small_detector().detect(video, 0.5, SILENT_JOB)


def test_shots_too_short_to_see_anything_in(tmp_path: Path) -> None:
    """At 2 pictures a second each is a shot of its own, and nobody asks the networks."""
    write_video(tmp_path / "slow.mkv", list(stick_pictures(steady_times(2, 8), CONTACTS_S)), rate=2)
    analysis = small_detector().detect(require_video(tmp_path / "slow.mkv"), 0.0, SILENT_JOB)
    assert analysis.hits == ()
    assert len(analysis.level_db) == 16
    assert [note.kind for note in analysis.notes] == ["slow"]


def test_a_gpu_is_used_where_there_is_one(own_detector: str, monkeypatch: pytest.MonkeyPatch) -> None:
    devices = []
    monkeypatch.setattr(learned_detector, "load_hit_model", lambda folder, device: devices.append(device))
    for is_there in (True, False):
        monkeypatch.setattr(torch.cuda, "is_available", lambda is_there=is_there: is_there)
        learned_detector.load_learned_detector("mine", registry.find_model("mine"))
    assert devices == ["cuda", "cpu"]
