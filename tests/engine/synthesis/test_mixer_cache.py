"""The kept mix after any edits is the mix made afresh, and only what changed is rendered."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from known_sounds import KnownSounds, hit_of, project_of, take_of

from engine.project.document import AutomationPoint, GeneratedTrack, LoudnessCurve, Project, Track
from engine.synthesis.mixer import MixCache, render
from engine.synthesis.mixer.limiter import REACH_AHEAD, REACH_BACK

LENGTH = 60_000
RANDOM = np.random.default_rng(5)
POOL = KnownSounds(
    {
        "tick": RANDOM.uniform(-1, 1, 300),
        "bang": RANDOM.uniform(-1, 1, (9000, 2)) * np.exp(-np.arange(9000) / 2000)[:, None],
        "made": RANDOM.uniform(-0.2, 0.2, 40_000),
    }
)
MADE = GeneratedTrack("m", "", take_of("made"))
SOUNDS = ("tick", "bang", "gone")


def ordered(project: Project, hits) -> Project:
    return replace(project, hits=tuple(sorted(hits, key=lambda hit: (hit.position, hit.id))))


def without(hits, index):
    return [hit for number, hit in enumerate(hits) if number != index % len(hits)]


def change_hit(project, index, change):
    if not project.hits:
        return project
    chosen = project.hits[index % len(project.hits)]
    return ordered(project, [change(hit) if hit is chosen else hit for hit in project.hits])


def change_clip(**shape):
    return lambda hit: replace(hit, clips=(replace(hit.clips[0], **shape), *hit.clips[1:]))


index = st.integers(0, 30)
position = st.integers(-500, LENGTH + 500)
hits = st.builds(
    lambda sound, at, number, **more: hit_of(sound, at, f"hit{number}", **more),
    st.sampled_from(SOUNDS),
    position,
    st.integers(0, 10**6),
    gain_db=st.floats(-20, 12),
    pan=st.floats(-1, 1),
    pitch_semitones=st.sampled_from([0.0, 0.0, 1.5]),
    track=st.sampled_from(["feet", "props"]),
    confidence=st.sampled_from([0.3, 0.9]),
)
edits = st.one_of(
    st.builds(lambda hit: lambda p: p if hit.id in p.hits_by_id else ordered(p, [*p.hits, hit]), hits),
    st.builds(lambda i: lambda p: ordered(p, without(p.hits, i)), index),
    st.builds(lambda i, at: lambda p: change_hit(p, i, lambda h: replace(h, position=at)), index, position),
    st.builds(lambda i, g: lambda p: change_hit(p, i, change_clip(gain_db=g)), index, st.floats(-20, 12)),
    st.builds(
        lambda i, n: lambda p: change_hit(p, i, change_clip(offset=n)), index, st.integers(-9000, 9000)
    ),
    st.builds(
        lambda i, n: lambda p: change_hit(p, i, lambda h: replace(h, action="scratch", length=n)),
        index,
        st.integers(1, 12_000),
    ),
    st.builds(lambda i: lambda p: change_hit(p, i, lambda h: replace(h, mute=not h.mute)), index),
    st.builds(lambda t: lambda p: replace(p, threshold=t), st.sampled_from([0.2, 0.5, 0.95])),
    st.builds(
        lambda g, mute, solo: (
            lambda p: replace(
                p, tracks=(replace(p.tracks[0], gain_db=g, mute=mute, solo=solo), *p.tracks[1:])
            )
        ),
        st.floats(-12, 6),
        st.booleans(),
        st.booleans(),
    ),
    st.builds(
        lambda at, g: lambda p: replace(p, loudness=LoudnessCurve(automation=(AutomationPoint(at, g),))),
        position,
        st.floats(-6, 6),
    ),
    st.builds(
        lambda at: lambda p: replace(p, generated=(GeneratedTrack("m", "", take_of("made"), position=at),)),
        position,
    ),
    st.just(lambda p: replace(p, generated=())),
    st.builds(lambda n: lambda p: replace(p, length=n), st.sampled_from([LENGTH, LENGTH // 2])),
    st.builds(lambda n: lambda p: replace(p, channels=n), st.sampled_from([1, 2])),
)


def start() -> Project:
    tracks = (Track("feet", "Feet"), Track("props", "Props", gain_db=-2.0, pan=0.4))
    first = [
        hit_of(SOUNDS[n % 2], 7000 * n, f"first{n}", gain_db=3.0, confidence=(0.9, 0.9, 0.4)[n % 3])
        for n in range(8)
    ]
    return project_of(*first, length=LENGTH, channels=2, tracks=tracks)


@settings(max_examples=60, deadline=None)
@given(st.lists(edits, min_size=1, max_size=12))
def test_after_any_edits_the_mix_is_the_fresh_one(steps):
    project = start()
    cache = MixCache(POOL)
    cache.update(project)
    for step in steps:
        before, was = project, cache.samples.copy()
        project = step(project) if project.hits else before
        ranges = cache.update(project)
        if cache.samples.shape == was.shape:
            changed = np.flatnonzero((cache.samples != was).any(axis=1))
            inside = np.zeros(project.length, dtype=bool)
            for first, last in ranges:
                inside[first:last] = True
            assert inside[changed].all()
    assert np.array_equal(cache.samples, render(project, POOL, 0, project.length))


def test_one_edit_renders_its_neighbourhood_only():
    project = start()
    cache = MixCache(POOL)
    assert cache.update(project) == [(0, LENGTH)]
    assert cache.update(project) == []
    moved = change_hit(project, 4, lambda hit: replace(hit, position=hit.position + 100))
    assert cache.update(moved) == [(28_000 - REACH_AHEAD, 28_100 + 300 + REACH_BACK)]
    assert cache.update(change_hit(moved, 4, lambda hit: replace(hit, locked=True))) == []


@pytest.mark.parametrize(
    "edit",
    [
        lambda p: replace(p, threshold=0.2),
        lambda p: replace(p, threshold=0.95),
        lambda p: replace(p, tracks=(replace(p.tracks[0], mute=True), p.tracks[1])),
        lambda p: replace(p, generated=(MADE,)),
        lambda p: replace(p, blend=0.9),
        lambda p: replace(p, loudness=LoudnessCurve(automation=(AutomationPoint(0, -3.0),))),
    ],
)
def test_what_reaches_beyond_single_hits_is_followed(edit):
    cache = MixCache(POOL)
    cache.update(start())
    before = cache.samples.copy()
    edited = edit(start())
    assert cache.update(edited)
    assert not np.array_equal(cache.samples, before)
    assert np.array_equal(cache.samples, render(edited, POOL, 0, LENGTH))


def test_a_sound_that_came_back_is_heard_after_forgetting():
    sounds = {"tick": POOL.samples(take_of("tick"))[:, 0]}
    pool = KnownSounds(sounds)
    project = start()
    cache = MixCache(pool)
    cache.update(project)
    assert {problem.take.name for problem in pool.missing} == {"bang"}
    sounds["bang"] = POOL.samples(take_of("bang"))
    assert cache.update(project) == []
    pool.try_again()
    cache.forget()
    assert cache.update(project) == [(0, LENGTH)]
    assert not pool.missing
    assert np.array_equal(cache.samples, render(project, POOL, 0, LENGTH))


def test_an_empty_project_has_an_empty_mix():
    cache = MixCache(POOL)
    assert cache.update(project_of(length=0, channels=2)) == []
    assert cache.samples.shape == (0, 2)


@pytest.mark.parametrize("limit_bytes", [1, 20_000])
def test_a_pool_that_keeps_almost_nothing_gives_the_same_mix(limit_bytes):
    sounds = {name: POOL.samples(take_of(name)) for name in ("tick", "bang")}
    small = KnownSounds(sounds, limit_bytes=limit_bytes)
    assert np.array_equal(render(start(), small, 0, LENGTH), render(start(), POOL, 0, LENGTH))
