"""The mixer's numbers: where a sound lands, how loud, and that any range is the part of the whole."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from known_sounds import KnownSounds, clip_of, hit_of, project_of, take_of

from engine.project.document import AutomationPoint, GeneratedTrack, LoudnessCurve, Track
from engine.synthesis.mixer import render

IMPULSE = np.array([1.0])
STEADY = np.full(1000, 0.5)
STEREO = np.stack([np.full(100, 0.4), np.full(100, 0.2)], axis=1)
POOL = KnownSounds({"impulse": IMPULSE, "steady": STEADY, "stereo": STEREO})


def mixed(project, start=0, end=None, pool=POOL, **options):
    return render(project, pool, start, project.length if end is None else end, **options)


@pytest.mark.parametrize(("position", "offset"), [(0, 0), (1234, 0), (1234, -34), (1234, 567), (4799, 0)])
def test_a_sound_lands_on_its_sample(position, offset):
    mix = mixed(project_of(hit_of("impulse", position, offset=offset, gain_db=-6.0)))
    assert np.flatnonzero(mix).tolist() == [position + offset]
    assert mix[position + offset, 0] == np.float32(10 ** (-6 / 20))


def test_what_lies_outside_the_picture_is_cut_off():
    project = project_of(hit_of("steady", 0, offset=-900), hit_of("steady", 4000, "late"))
    mix = mixed(project)
    assert np.flatnonzero(mix[:, 0]).tolist() == [*range(100), *range(4000, 4800)]


def test_gains_of_clip_track_and_level_line_add_up():
    points = (AutomationPoint(0, 0.0), AutomationPoint(2000, -12.0), AutomationPoint(4000, 0.0))
    project = project_of(
        hit_of("impulse", 1000, gain_db=-4.0),
        tracks=(Track("feet", "Feet", gain_db=-3.0),),
        loudness=LoudnessCurve(automation=points),
    )
    assert mixed(project)[1000, 0] == pytest.approx(10 ** ((-4 - 3 - 6) / 20), rel=1e-6)


@pytest.mark.parametrize("position", [-5, 0, 99, 100, 101, 150, 199, 200, 250, 300, 999])
def test_the_level_line_is_the_documents(position):
    from engine.synthesis.mixer.levels import LevelLine

    points = tuple(AutomationPoint(*point) for point in [(100, 1.0), (200, -7.0), (200, 3.0), (300, 0.5)])
    curve = LoudnessCurve(automation=points)
    assert LevelLine(curve).gain_db(position) == curve.automation_gain_db(position)


@pytest.mark.parametrize(
    ("pan", "left", "right"),
    [
        (0.0, 1.0, 1.0),
        (-1.0, 2**0.5, 0.0),
        (1.0, 0.0, 2**0.5),
        (0.5, 0.541196, 1.306563),
        (-3.0, 2**0.5, 0.0),
    ],
)
def test_pan_is_constant_power_with_the_centre_at_unity(pan, left, right):
    project = project_of(hit_of("impulse", 10, pan=pan, gain_db=-6.0), channels=2)
    heard = mixed(project)[10] / 10 ** (-6 / 20)
    assert heard == pytest.approx([left, right], abs=1e-6)


def test_clip_and_track_pan_add_up():
    project = project_of(
        hit_of("impulse", 10, pan=0.25, gain_db=-6.0), channels=2, tracks=(Track("feet", "", pan=-0.25),)
    )
    assert mixed(project)[10] == pytest.approx([10 ** (-6 / 20)] * 2)


@pytest.mark.parametrize(
    ("pan", "left", "right"), [(0.0, 0.4, 0.2), (1.0, 0.0, 0.2), (-0.5, 0.4, 0.2 * 0.541196)]
)
def test_a_stereo_sound_is_balanced(pan, left, right):
    project = project_of(hit_of("stereo", 10, pan=pan), channels=2)
    assert mixed(project)[50] == pytest.approx([left, right], abs=1e-6)


def test_a_mono_project_ignores_pan_and_takes_the_mean_of_two_channels():
    project = project_of(
        hit_of("impulse", 10, pan=1.0, gain_db=-6.0), hit_of("stereo", 500, "other", pan=-1.0)
    )
    mix = mixed(project)
    assert mix[10, 0] == pytest.approx(10 ** (-6 / 20))
    assert mix[550, 0] == pytest.approx(0.3)


def test_fades_are_equal_power_sines():
    mix = mixed(project_of(hit_of("steady", 100, fade_in=10, fade_out=20)))[100:1100, 0] / 0.5
    assert mix[:10] == pytest.approx(np.sin(np.pi / 2 * (np.arange(10) + 0.5) / 10), abs=1e-6)
    assert mix[980:] == pytest.approx(np.cos(np.pi / 2 * (np.arange(20) + 0.5) / 20), abs=1e-6)
    assert np.all(mix[10:980] == 1.0)


def test_fades_longer_than_the_sound_share_it():
    mix = mixed(project_of(hit_of("steady", 0, clip_length=100, fade_in=300, fade_out=300)))[:, 0]
    assert mix[:50] == pytest.approx(mix[:100][:49:-1])
    assert not mix[100:].any()


def test_start_skips_and_length_cuts_without_a_click():
    ramp = np.arange(1000) / 1000
    pool = KnownSounds({"ramp": ramp})
    mix = mixed(project_of(hit_of("ramp", 100, start=200, clip_length=300)), pool=pool)[:, 0]
    assert mix[100 + 150] == pytest.approx(0.35)
    assert np.flatnonzero(mix)[[0, -1]].tolist() == [100, 399]
    assert abs(mix[100]) < 0.01
    assert abs(mix[399]) < 0.01


def test_layers_sound_together():
    hit = replace(hit_of("impulse", 100), clips=(clip_of("impulse", "a"), clip_of("steady", "b", offset=50)))
    mix = mixed(project_of(hit), with_limiter=False)
    assert mix[100, 0] == 1.0
    assert mix[150, 0] == 0.5


def test_the_active_take_sounds():
    hit = hit_of("impulse", 100)
    clip = replace(hit.clips[0], takes=(take_of("impulse"), take_of("steady")), active_take="take-steady")
    mix = mixed(project_of(replace(hit, clips=(clip,))))
    assert np.count_nonzero(mix) == 1000


HEARD = [
    # mute hit, mute feet, mute props, solo feet, solo props, solo generated -> feet, props, generated heard
    (0, 0, 0, 0, 0, 0, (1, 1, 1)),
    (1, 0, 0, 0, 0, 0, (0, 1, 1)),
    (0, 1, 0, 0, 0, 0, (0, 1, 1)),
    (0, 0, 0, 1, 0, 0, (1, 0, 0)),
    (0, 0, 0, 0, 1, 0, (0, 1, 0)),
    (0, 0, 0, 1, 1, 0, (1, 1, 0)),
    (0, 0, 0, 0, 0, 1, (0, 0, 1)),
    (0, 1, 0, 1, 0, 0, (0, 0, 0)),
    (0, 1, 1, 0, 0, 0, (0, 0, 1)),
]


@pytest.mark.parametrize(
    ("mute_hit", "mute_feet", "mute_props", "solo_feet", "solo_props", "solo_made", "heard"), HEARD
)
def test_mute_and_solo(mute_hit, mute_feet, mute_props, solo_feet, solo_props, solo_made, heard):
    project = project_of(
        hit_of("impulse", 100, mute=bool(mute_hit)),
        hit_of("impulse", 200, "other", track="props"),
        tracks=(
            Track("feet", "", mute=bool(mute_feet), solo=bool(solo_feet)),
            Track("props", "", mute=bool(mute_props), solo=bool(solo_props)),
        ),
        generated=(GeneratedTrack("made", "", take_of("impulse"), position=300, solo=bool(solo_made)),),
    )
    mix = mixed(project, with_limiter=False)
    assert (mix[[100, 200, 300], 0] != 0).tolist() == [bool(one) for one in heard]


def test_hits_below_the_threshold_are_silent_unless_kept():
    project = project_of(
        hit_of("impulse", 100, confidence=0.4),
        hit_of("impulse", 200, "b", confidence=0.4, edited=True),
        hit_of("impulse", 300, "c", confidence=0.5),
    )
    assert np.flatnonzero(mixed(project, with_limiter=False)).tolist() == [200, 300]


def test_a_hit_without_a_known_track_still_sounds():
    project = project_of(hit_of("impulse", 100, track=""), hit_of("impulse", 200, "b", track="removed"))
    assert np.flatnonzero(mixed(project, with_limiter=False)).tolist() == [100, 200]


def test_a_generated_track_lies_where_it_is_put_and_no_longer_than_said():
    track = GeneratedTrack("made", "", take_of("steady"), position=50, length=200, gain_db=-6.0)
    mix = mixed(project_of(generated=(track,)))[:, 0]
    assert np.flatnonzero(mix)[[0, -1]].tolist() == [50, 249]
    assert mix[100] == pytest.approx(0.5 * 10 ** (-6 / 20))


@pytest.mark.parametrize(
    ("blend", "hits", "generated"),
    [(0.0, 1.0, 0.0), (0.25, 1.0, 0.5411961), (0.5, 1.0, 1.0), (0.75, 0.5411961, 1.0), (1.0, 0.0, 1.0)],
)
def test_hits_and_generated_tracks_are_blended_like_two_sides_of_a_balance(blend, hits, generated):
    track = GeneratedTrack("made", "", take_of("impulse"), position=300)
    mix = mixed(project_of(hit_of("impulse", 100), generated=(track,), blend=blend), with_limiter=False)[:, 0]
    assert mix[[100, 300]] == pytest.approx([hits, generated], abs=1e-6)


def test_a_missing_sound_is_silence_and_is_named():
    pool = KnownSounds({"impulse": IMPULSE})
    project = project_of(hit_of("gone.wav", 100), hit_of("impulse", 200, "b"))
    mix = mixed(project, pool=pool, with_limiter=False)
    assert np.flatnonzero(mix).tolist() == [200]
    assert ["gone.wav" in problem.sentence for problem in pool.missing] == [True]


def test_only_the_tracks_asked_for():
    project = project_of(
        hit_of("impulse", 100),
        hit_of("impulse", 200, "b", track=""),
        generated=(GeneratedTrack("made", "", take_of("impulse"), position=300),),
    )
    for wanted, heard in (
        ({"feet"}, [100]),
        ({""}, [200]),
        ({"made"}, [300]),
        (set(), []),
        (None, [100, 200, 300]),
    ):
        mix = mixed(project, tracks=wanted, with_limiter=False)
        assert np.flatnonzero(mix).tolist() == heard


def loud_project(seed: int = 3, channels: int = 2, length: int = 150_000):
    random = np.random.default_rng(seed)
    decay = np.exp(-np.arange(30_000) / 4000)
    pool = KnownSounds(
        {f"s{n}": random.uniform(-1, 1, (30_000, 1 + n % 2)) * decay[:, None] for n in range(4)},
    )
    hits = [
        hit_of(
            f"s{n % 4}",
            int(random.integers(-2000, length)),
            f"hit{n}",
            gain_db=float(random.uniform(-12, 9)),
            pan=float(random.uniform(-1, 1)),
            pitch_semitones=float(random.choice([0.0, 0.3, -2.0])),
            fade_in=int(random.integers(0, 300)),
            fade_out=int(random.integers(0, 9000)),
            action="scratch" if n % 5 == 0 else "hit",
            length=int(random.integers(1000, 60_000)) if n % 5 == 0 else 0,
        )
        for n in range(25)
    ]
    return project_of(*hits, channels=channels, length=length), pool


@pytest.mark.parametrize("channels", [1, 2])
def test_any_range_is_exactly_the_part_of_the_whole(channels):
    project, pool = loud_project(channels=channels)
    whole = mixed(project, pool=pool)
    assert np.abs(mixed(project, pool=pool, with_limiter=False)).max() > 1.5  # the limiter has work to do
    random = np.random.default_rng(1)
    for _ in range(40):
        start, end = np.sort(random.integers(0, project.length, 2)).tolist()
        assert np.array_equal(mixed(project, start, end, pool=pool), whole[start:end])
    blocks = [mixed(project, start, start + 1000, pool=pool) for start in range(0, project.length, 1000)]
    assert np.array_equal(np.concatenate(blocks), whole)


def test_a_range_around_the_picture_is_padded_with_silence_in_front():
    project, pool = loud_project()
    wide = mixed(project, -700, 500, pool=pool)
    assert wide.shape == (1200, 2)
    assert not wide[:700].any()
    assert np.array_equal(wide[700:], mixed(project, 0, 500, pool=pool))
    assert mixed(project, -700, -200, pool=pool).shape == (500, 2)
    assert mixed(project, 10, 10, pool=pool).shape == (0, 2)


def test_long_mixes_shared_between_threads_are_the_same(monkeypatch):
    from engine.synthesis.mixer import summing

    project, pool = loud_project()
    alone = mixed(project, pool=pool)
    monkeypatch.setattr(summing, "_WORTH_SHARING", 1)
    monkeypatch.setattr(summing, "_MOST_THREADS", 3)
    monkeypatch.setattr(summing.os, "cpu_count", lambda: 3)
    assert np.array_equal(mixed(project, pool=pool), alone)
