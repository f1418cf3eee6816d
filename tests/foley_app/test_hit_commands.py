"""What the Hits and Sounds menus do to a document, and what they call it."""

from __future__ import annotations

import pytest

from engine.project import edits
from engine.project.document import AutomationPoint, MaterialProbability, Project, Recipe, Take
from foley_app.candidates import OfferedSound
from foley_app.hit_commands import HitCommands
from foley_app.session import Session
from foley_app.texts import is_of_unsure_material, is_uncertain
from foley_app.transport import Transport
from tests.foley_app.fakes import FakePlayer

SECOND = 48_000


class Bench:
    """A session with its commands and a playhead."""

    def __init__(self, project: Project) -> None:
        self.session = Session()
        self.transport = Transport(FakePlayer())  # type: ignore[arg-type]
        self.transport.set_project(project)
        self.commands = HitCommands(self.session, self.transport)
        self.session.open(project)

    @property
    def project(self) -> Project:
        assert self.session.project is not None
        return self.session.project

    @property
    def text(self) -> str:
        return self.session.undo_stack.undoText()


@pytest.fixture
def bench(project: Project, qapp: object) -> Bench:
    return Bench(project)


def sound(name: str = "Stick on oak") -> OfferedSound:
    return OfferedSound(Take(f"kit {name}", name, "kit", "wood", recipe=Recipe("kit")), gain_db=-3.0)


def test_adding_takes_the_hidden_contact_nearby(bench: Bench) -> None:
    bench.commands.add(round(2.6 * SECOND) + 3000, exact=False)
    added = bench.session.selected_hits[0]
    assert added.position == round(2.6 * SECOND)
    assert added.origin == "placed"
    assert added.level_db == -30.0
    assert "hidden" not in bench.project.hits_by_id
    assert not added.material_chosen
    assert bench.text == "Add a hit"


def test_adding_exactly_stays_where_it_was_asked_for(bench: Bench) -> None:
    bench.commands.add(round(2.6 * SECOND) + 3000, exact=True)
    assert bench.session.selected_hits[0].position == round(2.6 * SECOND) + 3000


def test_adding_far_from_anything_stays_too(bench: Bench) -> None:
    bench.commands.add(round(8.3 * SECOND), exact=False)
    assert bench.session.selected_hits[0].position == round(8.3 * SECOND)


def test_adding_snaps_to_where_the_level_rises(bench: Bench) -> None:
    curve = bench.project.loudness
    rise = next(p for p in curve.frame_positions if p >= 8 * SECOND)
    levels = tuple(-20.0 if p == rise else -60.0 for p in curve.frame_positions)
    louder = type(curve)(curve.frame_positions, levels)
    project, _ = edits.merge_analysis(bench.project, bench.project.hits, louder, "again")
    bench.session.open(project)
    bench.commands.add(rise - 2000, exact=False)
    added = bench.session.selected_hits[0]
    assert added.position == rise
    assert added.level_db == -20.0


def test_delete_selects_the_next_hit(bench: Bench) -> None:
    bench.session.select(["h2", "h3"])
    bench.commands.delete()
    assert {"h2", "h3"}.isdisjoint(bench.project.hits_by_id)
    assert bench.session.selection == {"h4"}
    assert bench.text == "Delete 2 hits"


@pytest.mark.parametrize(
    ("do", "text"),
    [
        (lambda c: c.move({"h1"}, 10, True), "Move hit 1"),
        (lambda c: c.move({"h1", "h2", "h3"}, 10, True), "Move 3 hits"),
        (lambda c: c.set_material("glass"), "Set material of hit 5 to glass"),
        (lambda c: c.toggle_mute(), "Mute hit 5"),
        (lambda c: c.toggle_lock(), "Lock hit 5"),
        (lambda c: c.toggle_action(), "Make hit 5 a scratch"),
        (lambda c: c.set_contact(0.1, 0.2, True), "Move the contact point of hit 5"),
        (lambda c: c.take(sound()), "Take “Stick on oak” for hit 5"),
        (lambda c: c.set_threshold(0.25, True), "Set the threshold to 0.25"),
        (lambda c: c.set_automation((AutomationPoint(0, -6.0),), True), "Draw the level"),
        (lambda c: c.nudge(-1), "Move hit 5"),
    ],
)
def test_undo_texts_are_what_a_person_would_write(bench: Bench, do: object, text: str) -> None:
    bench.session.select(["h5"])
    do(bench.commands)  # type: ignore[operator]
    assert bench.text == text


def test_mute_is_lifted_only_when_all_are_muted(bench: Bench) -> None:
    bench.session.select(["h1", "h2"])
    bench.session.apply("Mute hit 1", edits.set_mute(bench.project, ["h1"], True))
    bench.commands.toggle_mute()
    assert all(hit.mute for hit in bench.session.selected_hits)
    bench.commands.toggle_mute()
    assert not any(hit.mute for hit in bench.session.selected_hits)


def test_a_taken_sound_reaches_each_hit_at_its_own_level(bench: Bench) -> None:
    bench.session.select(["h1", "h2"])
    louder = edits.merge_analysis(
        bench.project,
        [
            type(hit)(id=hit.id, position=hit.position, level_db=-14.0 if hit.id == "h2" else -20.0)
            for hit in bench.project.shown_hits
        ],
        bench.project.loudness,
        "again",
    )[0]
    bench.session.open(louder)
    bench.session.select(["h1", "h2"])
    bench.commands.take(sound())
    gains = [hit.clips[0].gain_db for hit in bench.session.selected_hits]
    assert gains == [-3.0, 3.0]


@pytest.mark.parametrize(
    ("name", "value", "attribute", "expected"),
    [
        ("gain", -7.5, "gain_db", -7.5),
        ("pitch", 0.3, "pitch_semitones", 0.3),
        ("offset", -4.0, "offset", -192),
        ("fade_out", 180.0, "fade_out", 8640),
        ("pan", -50.0, "pan", -0.5),
    ],
)
def test_fields_change_the_clip_in_its_own_unit(
    bench: Bench, name: str, value: float, attribute: str, expected: float
) -> None:
    bench.session.select(["h1"])
    bench.commands.take(sound())
    bench.commands.set_field(name, value, True)
    assert getattr(bench.session.selected_hits[0].clips[0], attribute) == expected


def test_a_drag_of_a_field_is_one_step(bench: Bench) -> None:
    bench.session.select(["h1"])
    bench.commands.take(sound())
    before = bench.session.undo_stack.count()
    for value in (-1.0, -2.0, -3.0):
        bench.commands.set_field("gain", value, False)
    bench.commands.set_field("gain", -3.0, True)
    assert bench.session.undo_stack.count() == before + 1
    bench.commands.set_field("gain", -9.0, True)
    assert bench.session.undo_stack.count() == before + 2


def test_n_goes_round_the_uncertain_hits_only(bench: Bench) -> None:
    visited = []
    for _ in range(3):
        bench.commands.go_to_neighbour(+1, is_uncertain)
        visited.append(*bench.session.selection)
    assert visited == ["h3", "h5", "h3"]
    bench.commands.go_to_neighbour(-1, is_uncertain)
    assert bench.session.selection == {"h5"}
    assert bench.transport.position == 5 * SECOND


def test_a_hit_that_was_touched_is_not_uncertain_any_more(bench: Bench) -> None:
    bench.session.select(["h3"])
    bench.commands.set_material("metal")
    bench.session.select(())
    bench.commands.go_to_neighbour(+1, is_uncertain)
    assert bench.session.selection == {"h5"}


def test_next_hit_starts_from_the_playhead(bench: Bench) -> None:
    bench.transport.seek(3 * SECOND + 5)
    bench.commands.go_to_neighbour(+1)
    assert bench.session.selection == {"h4"}


def test_without_a_document_nothing_happens(qapp: object) -> None:
    session = Session()
    commands = HitCommands(session, Transport(FakePlayer()))  # type: ignore[arg-type]
    commands.add_at_playhead(exact=False)
    commands.delete()
    commands.go_to_neighbour(+1, is_uncertain)
    commands.set_threshold(0.5, True)
    assert session.undo_stack.count() == 0


def test_u_goes_from_guess_to_guess(bench: Bench) -> None:
    guess = [MaterialProbability("tile", 0.3), MaterialProbability("wood", 0.25)]
    bench.session.open(edits.set_materials(bench.project, {"h2": guess, "h5": guess, "h6": guess}))
    found = []
    for _ in range(3):
        assert bench.commands.go_to_neighbour(+1, is_of_unsure_material)
        found += [hit.id for hit in bench.session.selected_hits]
        bench.commands.set_material("glass")
    assert found == ["h2", "h5", "h6"]
    assert not bench.commands.go_to_neighbour(+1, is_of_unsure_material)
