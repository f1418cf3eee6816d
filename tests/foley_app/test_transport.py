"""The playhead: shuttle, steps, range."""

from __future__ import annotations

import numpy as np
import pytest

from engine.project.document import Project
from foley_app.transport import Transport
from tests.foley_app.fakes import FakePlayer

SECOND = 48_000


@pytest.fixture
def player(qapp: object) -> FakePlayer:
    return FakePlayer()


@pytest.fixture
def transport(player: FakePlayer, project: Project) -> Transport:
    made = Transport(player)  # type: ignore[arg-type]
    made.set_project(project)
    return made


def test_l_again_doubles_the_speed_up_to_eight(transport: Transport, player: FakePlayer) -> None:
    for _ in range(5):
        transport.shuttle(+1)
    assert [call[0] for call in player.asked_for("play")] == [1.0, 2.0, 4.0, 8.0, 8.0]


def test_j_turns_round_at_normal_speed(transport: Transport, player: FakePlayer) -> None:
    transport.shuttle(+1)
    transport.shuttle(+1)
    transport.shuttle(-1)
    transport.shuttle(-1)
    assert [call[0] for call in player.asked_for("play")] == [1.0, 2.0, -1.0, -2.0]


def test_space_plays_and_stops_and_starts_over_at_the_end(transport: Transport, player: FakePlayer) -> None:
    transport.toggle_play()
    assert transport.is_playing
    transport.toggle_play()
    assert not transport.is_playing
    transport.seek(10 * SECOND)
    transport.toggle_play()
    assert player.asked_for("play")[-1] == (1.0, 0)


def test_a_step_is_one_picture_of_a_variable_rate(transport: Transport, player: FakePlayer) -> None:
    transport.set_frames(np.array([0, 1000, 5000, 5500], np.int64))
    transport.seek(1200)
    transport.step(+1)
    assert transport.position == 5000
    transport.step(-1)
    transport.step(-1)
    assert transport.position == 0
    transport.step(-1)
    assert transport.position == 0


def test_a_step_without_known_pictures_follows_the_frame_rate(transport: Transport) -> None:
    transport.seek(SECOND)
    transport.step(+1)
    assert transport.position == SECOND + SECOND // 30


def test_the_position_stays_on_the_timeline(transport: Transport) -> None:
    transport.seek(-5)
    assert transport.position == 0
    transport.seek(999 * SECOND)
    assert transport.position == 10 * SECOND - 1


def test_a_range_loops_and_playing_begins_in_it(transport: Transport, player: FakePlayer) -> None:
    told: list[tuple[object, object, bool]] = []
    transport.range_changed.connect(lambda start, end, looping: told.append((start, end, looping)))
    transport.seek(2 * SECOND)
    transport.mark_in()
    transport.seek(4 * SECOND)
    transport.mark_out()
    assert told[-1] == (2 * SECOND, 4 * SECOND + SECOND // 30, True)
    assert player.asked_for("set_loop")[-1] == (2 * SECOND, 4 * SECOND + SECOND // 30)
    transport.seek(8 * SECOND)
    transport.toggle_play()
    assert player.asked_for("play")[-1] == (1.0, 2 * SECOND)


def test_a_range_is_never_empty_or_backwards(transport: Transport) -> None:
    transport.seek(4 * SECOND)
    transport.mark_out()
    transport.seek(6 * SECOND)
    transport.mark_in()
    assert transport.range == (6 * SECOND, 10 * SECOND)


def test_forgetting_the_range_stops_looping(transport: Transport, player: FakePlayer) -> None:
    transport.set_range(SECOND, 2 * SECOND)
    transport.set_range(None, None)
    assert not transport.is_looping
    assert player.asked_for("set_loop")[-1] == (None,)


def test_the_players_clock_moves_the_playhead(transport: Transport) -> None:
    states: list[tuple[bool, float]] = []
    transport.state_changed.connect(lambda playing, rate: states.append((playing, rate)))
    transport.on_clock(777, True, 2.0)
    assert transport.position == 777
    assert states == [(True, 2.0)]


def test_an_echo_of_the_clock_does_not_undo_a_seek(transport: Transport) -> None:
    transport.seek(5 * SECOND)
    transport.on_clock(100, False, 1.0)
    assert transport.position == 5 * SECOND
