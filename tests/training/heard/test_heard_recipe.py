"""The recipe of the network that hears: its scenes, its variations, a training through its own command."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
import torch
from typer.testing import CliRunner

from engine.features.impact_picture import FLOOR_DB, impact_picture
from engine.models.sound_net import load_sound_model
from engine.project.materials import MATERIALS
from engine.project.timebase import SAMPLE_RATE
from training.datasets.recording import Contact, Recording
from training.frame.run_folder import read_curve
from training.heard.__main__ import app
from training.heard.examples import clip_examples, heard_of_contact, kit_examples, scene_examples
from training.heard.scenes import OUTDOORS, scenes
from training.heard.train import SoundSamples, best_temperature
from training.heard.variations import SoundVariations, varied

SMALL = [
    "--data.scenes=8",
    "--data.validation_scenes=5",
    "--data.kit_per_material=1",
    "--network.widths=[6, 8, 8, 8]",
    "--network.vector=16",
    "--loop.device=cpu",
    "--loop.batch_size=24",
    "--loop.steps=25",
    "--loop.validate_every=25",
    "--loop.log_every=1",
    "--loop.warmup_steps=2",
    "--loop.learning_rate=0.01",
    "--loop.tensorboard=false",
]


@pytest.fixture(autouse=True)
def one_thread():
    before = torch.get_num_threads()
    torch.set_num_threads(1)
    yield
    torch.set_num_threads(before)


def test_scenes_are_the_same_every_time_and_each_material_has_its_turn():
    assert set(OUTDOORS) == set(MATERIALS)
    first, again = list(scenes(2, 5)), list(scenes(1, 5))
    assert np.array_equal(first[0].sound, again[0].sound) and first[0].contacts == again[0].contacts
    assert [scene.contacts[0].material for scene in first] == list(MATERIALS[:2])
    for scene in first:
        assert np.abs(scene.sound).max() > 0.01 and np.isfinite(scene.sound).all()
        times_s = [contact.time_s for contact in scene.contacts]
        assert times_s == sorted(times_s) and scene.sound.size > times_s[-1] * SAMPLE_RATE


def test_a_contact_is_heard_up_to_the_next_one():
    rng = np.random.default_rng(0)
    sound = rng.normal(0, 0.1, 2 * SAMPLE_RATE).astype(np.float32)
    whole = heard_of_contact(sound, SAMPLE_RATE, 0.5, None)
    cut = heard_of_contact(sound, SAMPLE_RATE, 0.5, 0.9)
    frames_to_next = 4 + round(0.38 / 0.008)
    assert np.allclose(cut[0, :, : frames_to_next - 6], whole[0, :, : frames_to_next - 6], atol=1.0)
    assert (cut[0, :, frames_to_next + 4 :] == FLOOR_DB).all()
    assert whole[0, :, frames_to_next + 4 :].min() > FLOOR_DB


def test_clips_give_some_of_each_kind_and_only_what_is_labelled(tmp_path: Path):
    import soundfile

    path = tmp_path / "clip.wav"
    soundfile.write(path, np.random.default_rng(0).normal(0, 0.1, 10 * SAMPLE_RATE), SAMPLE_RATE)
    contacts = [Contact(0.5 + number, "wood", "hit") for number in range(6)]
    contacts += [Contact(7.0, "wood", "scratch"), Contact(8.0)]
    recording = Recording("clip", "video", path, path, 10.0, tuple(contacts), "exact")
    silent = Recording("silent", "video", path, None, 10.0, tuple(contacts), "exact")
    some = clip_examples([recording, silent], most_of_a_kind=2)
    assert len(some) == 3 and sorted(some.actions) == [0, 0, 1]
    assert len(clip_examples([recording], most_of_a_kind=None)) == 7
    assert set(some.sources) == {"clip"} and (some.materials == MATERIALS.index("wood")).all()


def test_variations_change_the_recording_and_not_its_measure():
    rng = np.random.default_rng(0)
    picture = impact_picture(rng.normal(0, 0.1, SAMPLE_RATE) * np.exp(-np.arange(SAMPLE_RATE) / 9600), 48_000)
    nothing = SoundVariations(0.0, 0, 0.0, -30.0, -65.0, 0.0, 0.0)
    assert np.allclose(varied(picture.copy(), rng, nothing), picture, atol=0.01)
    drawn = [varied(picture.copy(), np.random.default_rng(seed), SoundVariations()) for seed in range(20)]
    for changed in drawn:
        loudest = 10 * np.log10(np.power(10, changed[0] / 10).sum(axis=0)).max()
        assert loudest == pytest.approx(0, abs=0.1) and changed[:2].min() >= FLOOR_DB
    assert np.std([changed[0, 10, 20] - changed[0, 50, 20] for changed in drawn]) > 3
    noisy = SoundVariations(0.0, 0, 1.0, -20.0, -20.0001, 0.0, 0.0)
    assert varied(picture.copy(), rng, noisy)[0, :, -5:].min() > -60


def test_every_material_weighs_the_same():
    examples = kit_examples(2).only(np.array([0, 1, 2, 3, 4, 6]))
    samples = SoundSamples(examples, None, np.array([1, 1, 1, 1, 3, 1]))
    drawn = [samples.draw(number, np.random.default_rng(0)) for number in range(len(samples))]
    weights: dict[int, float] = {}
    for sample in drawn:
        weights[int(sample["material"])] = weights.get(int(sample["material"]), 0.0) + float(sample["weight"])
    assert len(drawn) == 8 and len(set(np.round(list(weights.values()), 4))) == 1


def test_the_temperature_is_that_of_the_scores():
    rng = np.random.default_rng(0)
    scores = rng.normal(0, 2, (4000, 17))
    chances = np.exp(scores) / np.exp(scores).sum(1, keepdims=True)
    true = np.array([rng.choice(17, p=row) for row in chances])
    assert best_temperature(scores, true) == pytest.approx(1.0, abs=0.08)
    assert best_temperature(3 * scores, true) == pytest.approx(3.0, abs=0.2)


def test_training_and_report(tmp_path: Path):
    run = tmp_path / "run"
    result = CliRunner().invoke(app, ["train", str(run), *SMALL], catch_exceptions=False)
    assert result.exit_code == 0, result.output
    curve = [point["loss"] for point in read_curve(run) if "loss" in point]
    assert len(curve) == 25 and np.mean(curve[-5:]) < 0.95 * np.mean(curve[:5])
    model = load_sound_model(run / "model")
    told = model.heard_in(scene_examples(1, 9, None).pictures.astype(np.float32))
    assert told.materials.sum(axis=1) == pytest.approx(1, abs=1e-4)


def test_the_report_of_what_ships(shared_data: Path):
    result = CliRunner().invoke(app, ["report"], catch_exceptions=False)
    assert result.exit_code == 0, result.output
    assert "hard/soft" in result.output and "hitting_metal" in result.output
    assert "40 contacts" in result.output


def test_wrong_settings_are_told(tmp_path: Path):
    from engine.models.plain_config import ConfigError

    words = ["train", str(tmp_path / "run"), "--data.validation_scenes=0"]
    with pytest.raises(ConfigError, match="nothing to choose by"):
        CliRunner().invoke(app, words, catch_exceptions=False)


def test_eye_and_ear_on_real_clips(shared_data: Path):
    """An eye that sees nothing but noise is outdone by the ear, and what both say is no worse."""
    from engine.analysis.struck_materials import SeenMoments
    from engine.models.sight import CLASS_COUNT, VECTOR_LENGTH, SightFeatures
    from training.datasets.greatest_hits_clips import GreatestHitsClips
    from training.heard.fusion import fusion_table
    from training.struck.scenes import LookedHit, LookedScenes

    data = shared_data / "greatest_hits"
    hits = [
        LookedHit(
            recording.name,
            recording.source,
            contact.time_s,
            "hit",
            contact.material,
            None,
            "annotated",
            "hit",
        )
        for recording in GreatestHitsClips(data).recordings()
        for contact in recording.contacts
    ]
    rng = np.random.default_rng(0)
    vectors = [rng.random((len(hits), VECTOR_LENGTH)).astype(np.float32) for _ in range(2)]
    posteriors = [rng.dirichlet(np.full(CLASS_COUNT, 0.05), len(hits)).astype(np.float32) for _ in range(2)]
    features = SightFeatures(vectors[0], posteriors[0], vectors[1], posteriors[1])
    clips = list(dict.fromkeys(hit.clip for hit in hits))
    shots = np.array([clips.index(hit.clip) for hit in hits])
    seen = SeenMoments(np.full((len(hits), 2), 0.5), features, shots)
    table = fusion_table(LookedScenes(tuple(hits), seen), data, calibrate=False)
    shares = {row.name: float(row.cells[0].split("\n")[0]) for row in table.rows}
    assert shares["ear, hits by themselves"] > 0.35 > shares["eye, hits by themselves"]
    assert shares["both, ear 1"] > shares["eye, hits of a shot together"]
    assert "40 labelled hits of 6 sources" in table.title
