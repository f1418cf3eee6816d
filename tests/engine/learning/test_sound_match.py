import numpy as np
import pytest

from engine.learning.sound_match import pooled_fit, seen_onsets, sound_fit

RATE_HZ = 30


def likelihood(contacts_s, duration_s=10.0, seed=0):
    """What a detector might say: peaks at most contacts, and at some other moments."""
    rng = np.random.default_rng(seed)
    times_s = np.arange(round(duration_s * RATE_HZ)) / RATE_HZ
    heights = rng.uniform(0.1, 0.9, len(contacts_s))
    others_s = rng.uniform(0, duration_s, 4)
    likely = 0.02 * rng.random(len(times_s))
    for time_s, height in zip([*contacts_s, *others_s], [*heights, *[0.4] * 4], strict=True):
        likely += height * np.exp(-0.5 * ((times_s - time_s) * RATE_HZ) ** 2)
    return times_s, np.minimum(likely, 1.0)


def contacts(seed, count=10, duration_s=10.0):
    return np.sort(np.random.default_rng(seed).uniform(0.3, duration_s - 0.3, count))


def test_a_sound_fits_its_own_picture_and_no_other():
    own = [sound_fit(*likelihood(contacts(seed)), contacts(seed)).fit for seed in range(20)]
    others = [sound_fit(*likelihood(contacts(seed)), contacts(seed + 100)).fit for seed in range(100)]
    assert np.mean(np.array(own) >= 1.6) == 1.0
    assert np.mean(np.array(others) >= 1.6) < 0.1


@pytest.mark.parametrize("late_s", [-0.25, 0.2, 0.4])
def test_a_sound_out_of_step_is_told_by_how_much(late_s: float):
    own_s = contacts(3, count=12)
    fit = sound_fit(*likelihood(own_s), own_s + late_s)
    assert fit.fit < 1.6
    assert fit.late_fit > 3.5
    assert fit.late_s == pytest.approx(late_s, abs=0.04)


def test_short_clips_are_judged_together():
    def together(others: int) -> float:
        return pooled_fit(
            [
                sound_fit(*likelihood(contacts(seed, 2, 3.0), 3.0, seed), contacts(seed + others, 2, 3.0))
                for seed in range(12)
            ]
        )

    assert together(0) > 4.0
    assert np.median([together(100 * number) for number in range(1, 8)]) < 2.0
    assert pooled_fit([]) == 0.0


def test_a_still_picture_and_a_silent_sound_fit_nothing():
    times_s = np.arange(300) / RATE_HZ
    assert sound_fit(times_s, np.zeros(300), contacts(1)).fit == 0.0
    assert sound_fit(*likelihood(contacts(1)), np.zeros(0)).fit == 0.0
    assert sound_fit(times_s[:5], np.ones(5), np.array([0.1])).fit == 0.0


def test_onsets_where_nothing_happens_are_only_heard_when_many_are():
    own_s = contacts(5)
    times_s, likely = likelihood(own_s)
    assert seen_onsets(times_s, likely, own_s).all()
    syllables_s = np.setdiff1d(np.round(np.arange(0.5, 9.5, 0.37), 2), own_s)
    quiet = [s for s in syllables_s if likely[round(s * RATE_HZ) - 3 : round(s * RATE_HZ) + 4].max() < 0.02]
    mixed_s = np.sort([*own_s, *quiet])
    seen = seen_onsets(times_s, likely, mixed_s)
    assert seen[np.isin(mixed_s, own_s)].mean() > 0.8
    assert seen[np.isin(mixed_s, quiet)].mean() < 0.5
