"""Splits: shares, sources that stay together, leaks that are told."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from training.datasets.recording import DatasetError, Recording, Split
from training.datasets.splits import checked, drawn_split, hold_out, listed_split


def clip(name: str, source: str | None = None) -> Recording:
    return Recording(name, source or name, Path(f"{name}.mp4"), None, 1.0)


def names(recordings: tuple[Recording, ...]) -> set[str]:
    return {recording.name for recording in recordings}


def test_the_papers_numbers() -> None:
    recordings = [clip(f"v{number}") for number in range(977)]
    drawn = drawn_split(recordings, "p", test_share=0.25, validation_share=0.2)
    assert (len(drawn.training), len(drawn.validation), len(drawn.test)) == (586, 147, 244)
    listed = listed_split(
        recordings,
        "p",
        training_names=frozenset(f"v{number}" for number in range(733)),
        test_names=frozenset(f"v{number}" for number in range(733, 977)),
        validation_share=0.2,
    )
    assert (len(listed.training), len(listed.validation), len(listed.test)) == (586, 147, 244)


def test_another_draw_holds_others_out_but_tests_on_the_same() -> None:
    recordings = [clip(f"v{number}") for number in range(40)]
    one, other = (
        drawn_split(recordings, "p", test_share=0.25, validation_share=0.25, draw=draw) for draw in "ab"
    )
    assert one.test == other.test
    assert one.validation != other.validation


def test_a_recording_that_is_added_moves_few_of_the_others() -> None:
    recordings = [clip(f"v{number}") for number in range(100)]
    before = names(drawn_split(recordings, "p", test_share=0.25).test)
    after = names(drawn_split([*recordings, clip("new")], "p", test_share=0.25).test)
    assert len(before - after) <= 1


def test_a_leak_names_both_clips_and_their_source() -> None:
    split = Split("owens", (clip("gh_69", "video 1"),), (), (clip("gh_70", "video 1"), clip("x")))
    with pytest.raises(
        DatasetError,
        match="“gh_69” \\(training\\) and “gh_70” \\(test\\) come from the same video, “video 1”",
    ):
        checked(split)
    with pytest.raises(DatasetError, match="leaks"):
        checked(Split("p", (), (clip("a", "v"),), (clip("b", "v"),)))
    with pytest.raises(DatasetError, match="leaks"):
        listed_split(
            [clip("a", "v"), clip("b", "v")],
            "p",
            training_names={"a"},
            test_names={"b"},
            validation_share=0.9,
        )


def test_one_source_alone_can_not_be_parted() -> None:
    with pytest.raises(DatasetError, match="2 clips can't be parted: they all come from one source, “v”"):
        hold_out([clip("a", "v"), clip("b", "v")], 0.5, "x")
    with pytest.raises(DatasetError, match="2 clips from 1 source can't be parted in 2 by the split “p”"):
        drawn_split([clip("a", "v"), clip("b", "v")], "p", test_share=0.5)
    with pytest.raises(DatasetError, match="2 clips from 2 sources can't be parted in 3"):
        drawn_split([clip("a"), clip("b")], "p", test_share=0.5, validation_share=0.1)


@given(
    st.lists(st.integers(0, 12), min_size=1, max_size=60),
    st.floats(0.01, 0.99),
)
def test_holding_out_keeps_sources_whole_and_both_sides_filled(sources: list[int], share: float) -> None:
    recordings = [clip(f"c{number}", f"s{source}") for number, source in enumerate(sources)]
    if len(set(sources)) < 2:
        with pytest.raises(DatasetError):
            hold_out(recordings, share, "x")
        return
    kept, held = hold_out(recordings, share, "x")
    assert kept and held
    assert sorted(recording.name for recording in (*kept, *held)) == sorted(
        recording.name for recording in recordings
    )
    assert not {recording.source for recording in kept} & {recording.source for recording in held}
