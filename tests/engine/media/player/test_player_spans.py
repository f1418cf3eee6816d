"""Which position lies in which frame of the ring."""

from __future__ import annotations

from engine.media.player.spans import Span, SpanChain


def test_positions_advance_span_by_span() -> None:
    chain = SpanChain(500.0)
    chain.add(Span(100.0, 1000.0, 1.0))
    chain.add(Span(200.0, 3000.0, -2.0))
    assert [chain.position_at(frame) for frame in (0, 99, 100, 150, 200, 210)] == [
        500, 500, 1000, 1050, 3000, 2980,
    ]  # fmt: skip


def test_before_the_first_span_that_is_known_the_playhead_stands() -> None:
    assert Span(100.0, 1000.0, 1.0).position_at(40.0) == 1000.0


def test_a_span_that_goes_on_is_no_new_one() -> None:
    chain = SpanChain()
    for frame in range(100, 5000, 100):
        chain.add(Span(float(frame), float(frame + 40), 1.0))
    assert len(chain._spans) == 2
    assert chain.position_at(4321) == 4361


def test_adding_replaces_what_was_to_come() -> None:
    chain = SpanChain()
    chain.add(Span(100.0, 1000.0, 1.0))
    chain.add(Span(200.0, 9000.0, 1.0))
    chain.add(Span(150.0, 5000.0, 1.0))
    assert chain.position_at(250) == 5100


def test_holding_forgets_everything() -> None:
    chain = SpanChain()
    chain.add(Span(100.0, 1000.0, 1.0))
    chain.hold(77.0)
    assert chain.position_at(150) == 77
