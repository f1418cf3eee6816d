"""What things on the stage sound like, and the bare sounds of a clip."""

from __future__ import annotations

import numpy as np
import pytest
import soundfile

from engine.project.materials import MATERIALS
from engine.project.timebase import SAMPLE_RATE
from tests.training.stage.stage_doubles import contact
from training.stage.sound.dry import DryConfig, dry_sound
from training.stage.sound.recordings import read_shelf
from training.stage.sound.sounding import BACKINGS, LOUDNESS_DB, Spread, draw_thing


def rms(sound: np.ndarray) -> float:
    return float(np.sqrt(np.mean(sound**2)))


def spectrum(sound: np.ndarray) -> np.ndarray:
    """Which frequencies ring after the attack, (n,) of length 1."""
    magnitude = np.sqrt(np.abs(np.fft.rfft(sound[960:20_160], 19_200))[50:2000])
    centred = magnitude - np.convolve(magnitude, np.full(31, 1 / 31), "same")
    return centred / np.linalg.norm(centred)


def test_every_material_has_a_loudness_and_something_to_lie_on() -> None:
    assert set(LOUDNESS_DB) == set(BACKINGS) == set(MATERIALS)
    assert all(set(under) <= set(MATERIALS) for under in BACKINGS.values())


@pytest.mark.parametrize("material", MATERIALS)
def test_a_hit_begins_at_once_and_is_finite(material: str) -> None:
    for seed in range(3):
        thing = draw_thing(material, np.random.default_rng(seed))
        sound = thing.hit(0.8, np.random.default_rng(seed))
        assert np.isfinite(sound).all()
        assert np.abs(sound[:96]).max() > 0.1 * np.abs(sound).max() > 0.0


def test_a_thing_keeps_its_pitches_and_things_differ() -> None:
    still = Spread(bounce_share=0.0, backing_share=0.0)
    things = [draw_thing("metal", np.random.default_rng(seed), still) for seed in range(8)]
    first, second = (
        np.array([spectrum(thing.hit(0.8, np.random.default_rng(stroke))) for thing in things])
        for stroke in (1, 2)
    )
    alike = first @ second.T
    assert np.median(np.diag(alike)) > 0.1 + 3.0 * np.abs(np.median(alike[~np.eye(8, dtype=bool)]))


def test_harder_blows_are_louder() -> None:
    thing = draw_thing("wood", np.random.default_rng(0))
    soft, hard = (rms(thing.hit(strength, np.random.default_rng(1))[:4800]) for strength in (0.3, 0.9))
    assert 12.0 < 20.0 * np.log10(hard / soft) < 24.0


def test_a_scratch_lasts_and_pauses_where_the_hand_turns() -> None:
    lulls = []
    for seed in range(12):
        thing = draw_thing("carpet", np.random.default_rng(seed))
        sound = thing.scratch(0.8, 1.0, [0.45], np.random.default_rng(seed))
        assert sound.size == round(1.045 * SAMPLE_RATE)

        def around(time_s: float, heard: np.ndarray = sound) -> float:
            middle = int(time_s * SAMPLE_RATE)
            return rms(heard[middle - 960 : middle + 960])

        lulls.append(around(0.45) / np.sqrt(around(0.25) * around(0.7)))
    assert np.median(lulls) < 0.5


def test_contacts_stand_at_their_samples_and_depend_on_themselves_only() -> None:
    contacts = [contact(0.1, "glass"), contact(0.4, "wood", shape=1), contact(1.2, "glass")]
    whole = dry_sound(contacts, SAMPLE_RATE * 2, np.random.default_rng(0))
    assert not whole[: round(0.1 * SAMPLE_RATE)].any()
    shifted = [contacts[0], contact(0.5, "wood", shape=1), contacts[2]]
    other = dry_sound(shifted, SAMPLE_RATE * 2, np.random.default_rng(0))
    np.testing.assert_array_equal(whole[:19_200], other[:19_200])


def test_a_nearer_contact_is_louder() -> None:
    def level(spot: tuple[float, float, float]) -> float:
        contacts = [contact(0.1, spot=spot), contact(0.1 + 1.0, spot=(0.0, 2.0, 0.0))]
        sound = dry_sound(contacts, SAMPLE_RATE, np.random.default_rng(0), eye=(0.0, 0.0, 0.0))
        return rms(sound)

    assert level((0.0, 1.0, 0.0)) > 1.3 * level((0.0, 2.0, 0.0))


def test_recordings_are_mixed_in_where_there_are_some(tmp_path) -> None:
    (tmp_path / "cloth").mkdir()
    time_s = np.arange(24_000) / SAMPLE_RATE
    soundfile.write(tmp_path / "cloth" / "tone.wav", np.cos(2.0 * np.pi * 3000.0 * time_s) * 0.5, SAMPLE_RATE)
    config = DryConfig(recorded_share=1.0, recorded_quietest_db=6.0, recorded_loudest_db=6.0)

    def high_share(shelf) -> float:
        sound = dry_sound(
            [contact(0.0, "cloth")], SAMPLE_RATE, np.random.default_rng(0), shelf=shelf, config=config
        )
        power = np.abs(np.fft.rfft(sound)) ** 2
        return float(power[2000:5000].sum() / power.sum())

    assert high_share(read_shelf(tmp_path)) > 3.0 * high_share(None)
