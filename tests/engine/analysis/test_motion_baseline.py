"""The detector without learning on drawn sticks whose contacts are known, and on what is no contact."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from fractions import Fraction

import cv2
import numpy as np
import pytest
from moving_stick import Picture, drumming, hitting, jittered_times, steady_times, stick_pictures

from engine.analysis.motion_baseline import MotionBaselineConfig, find_hits
from engine.analysis.result import DetectedHit
from engine.features.flow import MotionSample, TimedPicture, measure_motion

CONFIG = MotionBaselineConfig()
CONTACTS_S = (0.9, 1.63, 2.41, 3.02, 3.9, 4.55)
DURATION_S = 5.2


def hits_in(pictures: Iterable[TimedPicture]) -> list[DetectedHit]:
    found = find_hits(measure_motion(pictures, CONFIG.motion), CONFIG, CONFIG.threshold)
    return [hit for hit in found if hit.confidence >= CONFIG.threshold]


def errors_s(hits: Sequence[DetectedHit], contacts_s: Sequence[float] = CONTACTS_S) -> np.ndarray:
    """Distance of each contact to the nearest hit."""
    times = np.array([hit.time_s for hit in hits])
    return np.array([np.abs(times - contact).min() for contact in contacts_s])


@pytest.mark.parametrize(
    ("rate", "within_s"),
    [(15, 0.045), (24, 0.025), (Fraction(30000, 1001), 0.02), (60, 0.02), (120, 0.02)],
)
def test_every_stroke_is_found_and_nothing_else(rate: Fraction | int, within_s: float) -> None:
    hits = hits_in(stick_pictures(steady_times(rate, DURATION_S), CONTACTS_S, drumming))
    assert len(hits) == len(CONTACTS_S)
    assert errors_s(hits).max() < within_s


@pytest.mark.parametrize(("rate", "within_s"), [(24, 0.045), (30, 0.03)])
def test_a_stick_that_stays_on_the_surface(rate: int, within_s: float) -> None:
    hits = hits_in(stick_pictures(steady_times(rate, DURATION_S), CONTACTS_S, hitting))
    assert errors_s(hits).max() < within_s
    assert len(hits) <= len(CONTACTS_S) + 1


def test_variable_frame_rate() -> None:
    hits = hits_in(stick_pictures(jittered_times(DURATION_S, 0), CONTACTS_S))
    assert len(hits) == len(CONTACTS_S)
    assert errors_s(hits).max() < 0.03


@pytest.mark.parametrize("size", [(160, 120), (90, 160), (214, 90)])
def test_any_shape_of_picture_and_the_contact_point(size: tuple[int, int]) -> None:
    hits = hits_in(stick_pictures(steady_times(30, DURATION_S), CONTACTS_S, size=size))
    assert errors_s(hits).max() < 0.075
    for hit in hits:
        assert hit.contact is not None
        assert hit.contact == pytest.approx((0.58, 0.75), abs=0.15)


def test_a_mirrored_video_has_the_same_hits() -> None:
    pictures = list(stick_pictures(steady_times(30, DURATION_S), CONTACTS_S))
    mirrored = [Picture(each.time_s, np.ascontiguousarray(each.image[:, ::-1])) for each in pictures]
    times, others = ([hit.time_s for hit in hits_in(each)] for each in (pictures, mirrored))
    assert others == pytest.approx(times, abs=0.01)
    assert np.mean([hit.contact[0] for hit in hits_in(mirrored) if hit.contact]) < 0.5


def test_doubled_pictures_are_no_stops() -> None:
    slow = list(stick_pictures(steady_times(15, DURATION_S), CONTACTS_S))
    doubled = [Picture(time_s, slow[i // 2].image) for i, time_s in enumerate(steady_times(30, DURATION_S))]
    times, others = ([hit.time_s for hit in hits_in(each)] for each in (slow, doubled))
    assert others == pytest.approx(times, abs=0.001)


def test_a_roll_never_gives_more_than_eight_hits_a_second() -> None:
    roll = tuple(0.5 + np.arange(40) / 12)
    times = [hit.time_s for hit in hits_in(stick_pictures(steady_times(60, 4.5), roll))]
    assert times
    assert np.diff(times).min() >= 0.125


def textures(count: int) -> list[np.ndarray]:
    """Different scenes of full contrast."""
    random = np.random.default_rng(1)
    scenes = []
    for number in range(count):
        grain = random.uniform(0, 255, (120, 160)).astype(np.float32)
        scene = cv2.GaussianBlur(grain, (0, 0), 2 + number % 4)
        scenes.append(np.clip((scene - scene.mean()) / scene.std() * 50 + 128, 0, 255).astype(np.uint8))
    return scenes


def still() -> Iterator[Picture]:
    return (Picture(time_s, np.full((120, 160), 99, np.uint8)) for time_s in steady_times(30, 4))


def black() -> Iterator[Picture]:
    return (Picture(time_s, np.zeros((120, 160), np.uint8)) for time_s in steady_times(30, 4))


def grainy() -> Iterator[Picture]:
    random = np.random.default_rng(2)
    for time_s in steady_times(30, 4):
        yield Picture(time_s, np.clip(100 + random.normal(0, 8, (120, 160)), 0, 255).astype(np.uint8))


def cut_every_second() -> Iterator[Picture]:
    scenes = textures(6)
    return (Picture(time_s, scenes[int(time_s)]) for time_s in steady_times(30, 6))


def panning() -> Iterator[Picture]:
    wide = np.hstack(textures(5))
    for time_s in steady_times(30, 5):
        left = int(90 * time_s)
        yield Picture(time_s, np.ascontiguousarray(wide[:, left : left + 160]))


def pulsing_light() -> Iterator[Picture]:
    (scene,) = textures(1)
    for time_s in steady_times(30, 5):
        yield Picture(time_s, (scene * (0.7 + 0.2 * np.sin(9 * time_s))).astype(np.uint8))


def two_pictures_a_second() -> Iterator[Picture]:
    return stick_pictures(steady_times(2, 10), (1.0, 2.2, 3.1, 4.4, 5.7, 7.0, 8.3))


def one_picture() -> Iterator[Picture]:
    return stick_pictures([0.0], CONTACTS_S)


@pytest.mark.parametrize(
    "scene",
    [still, black, grainy, cut_every_second, panning, pulsing_light, two_pictures_a_second, one_picture],
)
def test_no_contact_no_hit(scene) -> None:
    assert hits_in(scene()) == []


@pytest.fixture(scope="module")
def long_motion() -> list[MotionSample]:
    contacts = np.cumsum(np.random.default_rng(3).uniform(0.45, 1.1, 32))
    return list(
        measure_motion(stick_pictures(steady_times(30, contacts[-1] + 1), tuple(contacts)), CONFIG.motion)
    )


def test_blocks_do_not_change_the_answer(long_motion: list[MotionSample]) -> None:
    whole = list(find_hits(long_motion, replace(CONFIG, block_s=1e6), CONFIG.threshold))
    assert len(whole) > 28
    for block_s in (2.0, 5.0):
        blocks = list(find_hits(long_motion, replace(CONFIG, block_s=block_s), CONFIG.threshold))
        counted, expected = ([hit for hit in hits if hit.confidence > 0.2] for hits in (blocks, whole))
        assert [hit.time_s for hit in counted] == pytest.approx([hit.time_s for hit in expected], abs=1e-9)
        assert [hit.confidence for hit in counted] == pytest.approx(
            [hit.confidence for hit in expected], abs=0.02
        )


def test_hits_come_out_before_the_video_ends(long_motion: list[MotionSample]) -> None:
    taken = 0

    def counted() -> Iterator[MotionSample]:
        nonlocal taken
        for sample in long_motion:
            taken += 1
            yield sample

    next(find_hits(counted(), CONFIG, CONFIG.threshold))
    assert taken < 0.75 * len(long_motion)


def test_hits_are_complete(long_motion: list[MotionSample]) -> None:
    hits = list(find_hits(long_motion, CONFIG, CONFIG.threshold))
    for hit in hits:
        assert sum(probability for _, probability in hit.materials) == pytest.approx(1)
        assert (hit.duration_s > 0) == (hit.action == "scratch")
        assert -40 < hit.level_db < -5
        assert CONFIG.least_confidence <= hit.confidence <= 1
