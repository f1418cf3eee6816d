from collections.abc import Sequence
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest

from engine.errors import UserFacingError
from engine.evaluation.onsets import OnsetCounts
from engine.learning.example import Example, KnownContact, SoundLevels, Stretch
from engine.learning.judging import FoundInExample, Score, score
from engine.learning.parts import halves, parted


def example(video: str, contacts_s: Sequence[float], start_s: float = 0.0, unseen_s: Sequence[float] = ()):
    contacts = [KnownContact(time_s) for time_s in contacts_s]
    contacts += [KnownContact(time_s, is_seen=False) for time_s in unseen_s]
    return Example(
        Stretch(Path(video), start_s, start_s + 10), tuple(sorted(contacts, key=lambda c: c.time_s))
    )


def found(times_s: Sequence[float], confidence: Sequence[float], level_db: Sequence[float] = (-40, -40)):
    frames_s = np.linspace(0, 10, len(level_db))
    return FoundInExample(np.array(times_s), np.array(confidence), frames_s, np.array(level_db, np.float64))


def test_pieces_are_even_and_cover_the_stretch():
    stretch = Stretch(Path("a"), 5.0, 130.0)
    pieces = stretch.pieces()
    edges_s = [piece.start_s for piece in pieces] + [pieces[-1].end_s]
    assert edges_s == pytest.approx([5, 46 + 2 / 3, 88 + 1 / 3, 130])
    assert all(one.end_s == other.start_s for one, other in pairwise(pieces))
    assert len(Stretch(Path("a"), 0, 60).pieces()) == 1


def test_parts_hold_whole_videos_with_about_as_many_contacts():
    examples = [example(name, np.arange(count)) for name, count in [("a", 9), ("b", 5), ("c", 4), ("a", 1)]]
    parts = parted(examples)
    assert parts[0] == parts[3]
    assert len(set(parts)) == 3
    many = parted([example(f"{number}", [1.0]) for number in range(20)])
    assert [many.count(part) for part in range(3)] == [7, 7, 6]


def test_a_single_video_is_parted_into_beginning_and_end():
    counts = [1, 9, 4, 4]
    parts = parted([example("a", np.arange(count), 10.0 * n) for n, count in enumerate(counts)])
    assert parts == [0, 0, 1, 1]
    assert parted([example("a", [1.0]), example("a", np.arange(9), 10.0)]) == [0, 1]


def test_a_single_example_is_cut_between_its_contacts():
    levels = SoundLevels(np.arange(10.0), -np.arange(10.0))
    whole = Example(
        Stretch(Path("a"), 0, 10), tuple(KnownContact(s) for s in (1.0, 2.0, 3.0, 4.0, 9.0)), levels
    )
    first, second = halves(whole)
    assert (first.stretch.start_s, first.stretch.end_s) == (0, 2.5)
    assert (second.stretch.start_s, second.stretch.end_s) == (2.5, 10)
    assert first.seen_s.tolist() == [1.0, 2.0]
    assert second.seen_s.tolist() == [3.0, 4.0, 9.0]
    assert second.levels is not None
    assert second.levels.times_s.tolist() == [3, 4, 5, 6, 7, 8, 9]
    assert parted([first, second]) == [0, 1]
    with pytest.raises(UserFacingError, match="too little to learn from"):
        parted(halves(example("a", [1.0])))


def test_contacts_in_one_part_only_are_too_few():
    with pytest.raises(UserFacingError, match="too little to learn from"):
        parted([example("a", [1.0, 2.0]), example("b", [])])
    with pytest.raises(UserFacingError, match="too little to learn from"):
        parted([example("a", [1.0, 2.0])])


def test_what_is_only_heard_or_outside_is_not_judged():
    pairs = [(example("a", [1.0, 3.0], unseen_s=[5.0]), found([1.04, 2.0, 3.06, 5.05, 11.0], [0.9] * 5))]
    assert score(pairs, 0.5).counts == OnsetCounts(matched=1, found=3, true=2)
    assert score(pairs, 0.95).counts == OnsetCounts(0, 0, 2)


def test_the_level_error_forgives_the_microphone():
    levels = SoundLevels(np.array([0.0, 5.0, 10.0]), np.array([-20.0, -22.0, -20.0]))
    heard = Example(Stretch(Path("a"), 0, 10), (KnownContact(1.0),), levels)
    same = score([(heard, found([], [], [-50, -52, -50]))], 0.5)
    assert same.level_error_db == pytest.approx(0.0)
    flat = score([(heard, found([], [], [-50, -50, -50]))], 0.5)
    assert flat.level_error_db == pytest.approx(2 / 3)
    assert same.is_better_than(flat)
    assert not flat.is_better_than(same)
    assert score([(example("a", [1.0]), found([], []))], 0.5).level_error_db is None


def test_contacts_come_before_levels():
    better, worse = OnsetCounts(5, 6, 6), OnsetCounts(4, 6, 6)
    assert Score(better, 9.0).is_better_than(Score(worse, 1.0))
    assert not Score(better).is_better_than(Score(better))
    assert Score(better, 2.0).numbers() == {
        "f1_50ms": pytest.approx(10 / 12),
        "precision": pytest.approx(5 / 6),
        "recall": pytest.approx(5 / 6),
        "contacts": 6,
        "found": 6,
        "matched": 5,
        "level_error_db": 2.0,
    }
