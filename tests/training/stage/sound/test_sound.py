"""The finished sound of a clip: timing, levels, sameness."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from engine.project.timebase import SAMPLE_RATE
from tests.training.stage.stage_doubles import RATE, Place, contact
from training.stage.sound.clip_sound import DEFAULT_SOUND, SoundConfig, sound_of

QUIET = SoundConfig(clean_share=1.0, denoised_share=0.0, quietest_noise_db=-80.0, loudest_noise_db=-75.0)


@pytest.mark.parametrize("outdoors", [False, True])
@pytest.mark.parametrize("material", ["metal", "cloth", "gravel", "water"])
def test_a_contact_is_heard_from_its_own_sample_on(material: str, outdoors: bool) -> None:
    time_s = 0.50001
    for seed in range(4):
        sound = sound_of(
            [contact(time_s, material)], 36, RATE, Place(outdoors), np.random.default_rng(seed), config=QUIET
        )
        loudness = np.abs(sound.samples / 32_768.0)
        at = round(time_s * SAMPLE_RATE)
        assert loudness[:at].max() < 0.02 * loudness.max()
        assert loudness[at : at + 240].max() > 0.1 * loudness.max()


def test_the_level_of_each_picture_is_that_of_the_written_samples() -> None:
    contacts = [contact(0.31, "wood"), contact(0.7, "paper", "scratch", duration_s=0.2)]
    sound = sound_of(contacts, 36, RATE, Place(), np.random.default_rng(3))
    assert sound.samples.shape == (36 * 1600,) and sound.level_db.shape == (36,)
    pieces = (sound.samples / 32_768.0).reshape(36, 1600)
    expected = 10.0 * np.log10(np.maximum(np.mean(pieces**2, axis=1), 1e-8))
    np.testing.assert_allclose(sound.level_db, expected, atol=1e-6)


def test_the_same_seed_gives_the_same_sound_and_another_seed_another() -> None:
    def made(seed: int) -> np.ndarray:
        contacts = [
            contact(0.2, "glass"),
            contact(0.5, "leaf"),
            contact(0.6, "dirt", "scratch", duration_s=0.3),
        ]
        return sound_of(contacts, 30, RATE, Place(True), np.random.default_rng(seed)).samples

    np.testing.assert_array_equal(made(5), made(5))
    assert np.abs(made(5).astype(float) - made(6)).max() > 100


def test_a_clip_without_contacts_has_its_background_only() -> None:
    sound = sound_of([], 30, RATE, Place(), np.random.default_rng(0))
    assert sound.samples.size == SAMPLE_RATE
    assert -90.0 < sound.level_db.mean() < -15.0


def test_louder_contacts_are_louder_where_nothing_holds_them_back() -> None:
    free = replace(
        QUIET, microphone=replace(DEFAULT_SOUND.microphone, quietest_drive_db=-30.0, loudest_drive_db=-28.0)
    )
    gains = []
    for seed in range(6):
        contacts = [contact(0.2, strength=0.3), contact(0.9, strength=0.9)]
        levels = sound_of(contacts, 45, RATE, Place(), np.random.default_rng(seed), config=free).level_db
        gains.append(levels[27:29].max() - levels[6:8].max())
    assert 8.0 < np.median(gains) < 30.0


def test_nothing_exceeds_full_scale() -> None:
    hard = replace(DEFAULT_SOUND.microphone, quietest_drive_db=20.0, loudest_drive_db=30.0)
    for seed in range(3):
        sound = sound_of(
            [contact(0.2, "metal", strength=1.0)],
            30,
            RATE,
            Place(),
            np.random.default_rng(seed),
            config=replace(DEFAULT_SOUND, microphone=hard),
        )
        assert 8_000 < np.abs(sound.samples.astype(int)).max() <= 32_767
