"""Every task through its command, on tiny data whose scores are known."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import numpy as np
import pytest
import soundfile
from typer.testing import CliRunner, Result

from engine.errors import UserFacingError
from tests.training.evaluate.conftest import PICTURES, RATE, impact

pytest.importorskip("sklearn")

from training.evaluate import contenders, sanity, sound_material
from training.evaluate.__main__ import app


def run(*words: object) -> str:
    result: Result = CliRunner().invoke(app, [str(word) for word in words])
    if isinstance(result.exception, UserFacingError):
        raise result.exception
    assert result.exit_code == 0, result.output
    return result.output


def row(text: str, name: str, table: str = "") -> list[str]:
    """The cells of the first line that begins with a name, in the table whose title begins so."""
    lines = iter(text.splitlines())
    next(line for line in lines if line.startswith(table))
    line = next(line for line in lines if line.strip("│ ").startswith(name))
    return [cell.strip() for cell in line.strip("│").split("│")][1:]


def predictions(path: Path, **parts: object) -> Path:
    path.write_text(json.dumps({"schema": "foley.predictions", "version": 1, "model": "net", **parts}))
    return path


@pytest.fixture
def about_clips(tmp_path: Path) -> Path:
    """Of four contacts three are found, one of them 40 ms late, one below the threshold."""
    levels = list(-40.0 + 5 * np.sin(np.arange(PICTURES)))
    return predictions(
        tmp_path / "net.json",
        clips={
            "clip_0": {
                "hits": [{"time_s": 0.5, "confidence": 0.9}, {"time_s": 1.44, "confidence": 0.8}],
                "level_db": [level + 3 for level in levels],
            },
            "clip_1": {"hits": [{"time_s": 0.5, "confidence": 0.2}], "level_db": levels},
        },
    )


def test_hits(labelled_clips: Path, about_clips: Path, tmp_path: Path) -> None:
    figure = tmp_path / "curve.svg"
    text = run("hits", labelled_clips, "--predictions", about_clips, "--figure", figure)
    assert "2 clips, 4 contacts" in text
    # ±33 ms: 1 of 2 found, 4 true; ±50 ms: 2 of 2 found.
    assert row(text, "net", "Contacts found")[:3] == ["0.333", "0.667", "0.667"]
    # Ranked 0.9, 0.8, 0.2, all right at ±100 ms, one never found.
    assert row(text, "net", "Contacts found")[5] == "0.750"
    assert "1.000 (0.000" not in text and "0.500 (1/2)" in text
    assert row(text, "clip_0") == ["2", "2", "0.500", "1.000", "1.000"]
    assert row(text, "Owens et al.")[-1] == "0.436" and "LENIENT" in text
    assert "<svg" in figure.read_text()
    assert row(text, "F1 ±50 ms")[:3] == ["≥ 0.80", "0.667 ✗", row(text, "F1 ±50 ms")[2]]
    assert row(text, "level: MAE dB")[1] == "0.000 ✓"
    assert row(text, "net", "Calibration error")[1] == "0.150"
    assert row(text, "0.8 to 0.9")[:3] == ["1", "0.800", "1.000"]
    assert row(text, "clip_1", "net: what went wrong") == [
        "0.500",
        "hit missed; a candidate of 0.20 is below the threshold",
    ]


def test_hits_of_a_folder_are_drawn(labelled_clips: Path, about_clips: Path, tmp_path: Path) -> None:
    words = ["--figures", tmp_path / "figures", "--gallery", tmp_path / "gallery"]
    run("hits", labelled_clips, "--predictions", about_clips, *words)
    drawn = sorted(path.name for path in (tmp_path / "figures").iterdir())
    assert drawn == ["levels.png", "precision_recall.png", "reliability.png"]
    assert [path.name for path in (tmp_path / "gallery").iterdir()] == ["clip_1.jpg"]
    with pytest.raises(UserFacingError, match="No figures can be written"):
        run("hits", labelled_clips, "--predictions", about_clips, "--figures", about_clips)


def test_hits_when_nobody_says_whose(
    labelled_clips: Path, about_clips: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(contenders.usual, "__defaults__", (about_clips.parent,))
    monkeypatch.setattr(contenders, "_shipped", lambda: None)
    text = run("hits", labelled_clips, "--no-clips")
    heads = " ".join(text.split("goal")[0].split())
    assert "net (each clip by one" in heads
    assert "motion-baseline" in text and "its numbers were chosen on" in text


def test_hits_without_levels(labelled_clips: Path, tmp_path: Path) -> None:
    path = predictions(tmp_path / "net.json", clips={"clip_0": {}, "clip_1": {}})
    text = run("hits", labelled_clips, "--predictions", path, "--no-clips")
    assert "Levels are not scored: net predicts no levels" in text
    assert row(text, "level: MAE dB")[1] == "–"
    assert row(text, "calibration error of hits")[1] == "–"


def test_hits_of_a_detector(labelled_clips: Path) -> None:
    text = run("hits", labelled_clips, "--model", "motion-baseline", "--no-clips")
    assert "motion-baseline" in text and "clip_0" not in text


def test_hits_of_a_file_without_a_clip(labelled_clips: Path, tmp_path: Path) -> None:
    path = predictions(tmp_path / "net.json", clips={"clip_1": {}})
    with pytest.raises(UserFacingError, match=r"nothing about 1 of 2 clips.*“clip_0”"):
        run("hits", labelled_clips, "--predictions", path)
    with pytest.raises(UserFacingError, match="predicts nothing about clips"):
        run("hits", labelled_clips, "--predictions", predictions(tmp_path / "net.json"))
    with pytest.raises(UserFacingError, match="no detector called “nothing”"):
        run("hits", labelled_clips, "--model", "nothing")


def test_levels(labelled_clips: Path, about_clips: Path, tmp_path: Path) -> None:
    text = run("levels", labelled_clips, "--predictions", about_clips, "--figure", tmp_path / "levels.png")
    cells = row(text, "net")
    # One clip is 3 dB too loud, the other right; without a constant per clip both are.
    assert cells[:2] == ["4.500", "1.500"]
    assert cells[3:5] == ["1.000", cells[4]] and cells[5:] == ["1.000", "0.000", "0.000", "1.000"]
    assert row(text, "clip_0", "net: levels")[:3] == ["3.000", "0.000", "-3.0"]
    assert row(text, "silence", "E-L1") and row(text, "net", "E-L1")
    assert (tmp_path / "levels.png").is_file()


def test_levels_of_another_length(labelled_clips: Path, tmp_path: Path) -> None:
    clip = {"level_db": [-30.0] * 7}
    path = predictions(tmp_path / "net.json", clips={"clip_0": clip, "clip_1": clip})
    with pytest.raises(UserFacingError, match="has 60 levels, but net predicts 7"):
        run("levels", labelled_clips, "--predictions", path)
    with pytest.raises(UserFacingError, match="predicts no levels for “clip_0”"):
        run("levels", labelled_clips, "--predictions", predictions(path, clips={"clip_0": {}}))


def test_materials_one_by_one(tmp_path: Path) -> None:
    path = predictions(
        tmp_path / "net.json",
        materials=[
            {"clip": "a", "true": ["wood"], "probabilities": {"wood": 0.6, "rock": 0.4}},
            {"clip": "a", "true": ["wood"], "probabilities": {"wood": 0.4, "rock": 0.6}},
            {"clip": "b", "true": ["rock"], "probabilities": {"rock": 1.0}},
            {"clip": "b", "true": ["rock"], "probabilities": {"rock": 1.0}},
        ],
    )
    text = run("materials", path, "--figure", tmp_path / "confusion.png")
    assert row(text, "net")[0] == "0.750" and row(text, "net")[2] == "1.000"
    assert row(text, "rock") == ["2", "0.667", "1.000", "0.800", "–"]
    assert row(text, "wood")[-1] == "rock 1"
    assert row(text, "MMAudio-LABEL")[1] == "0.610"
    assert (tmp_path / "confusion.png").is_file()


def test_materials_of_pictures(tmp_path: Path) -> None:
    rows = [
        {"true": ["wood", "rock"], "probabilities": {"wood": 0.9, "rock": 0.2}},
        {"true": ["wood"], "probabilities": {"wood": 0.8}},
    ]
    path = predictions(tmp_path / "net.json", materials=rows)
    text = run("materials", path)
    assert row(text, "net")[1:4] == ["1.000", "0.667", "0.800"]
    assert row(text, "always no")[1:4] == ["0.000", "0.000", "0.000"]
    with pytest.raises(UserFacingError, match="no confusion matrix"):
        run("materials", path, "--figure", tmp_path / "confusion.png")
    with pytest.raises(UserFacingError, match="predicts no materials"):
        run("materials", predictions(tmp_path / "net.json"))


def test_recommend(tmp_path: Path) -> None:
    path = predictions(
        tmp_path / "net.json",
        recommendations=[
            {"materials": ["wood", "rock"], "ranked": ["wood", "glass", "rock", "rock", "tile"]},
            {"materials": ["water"], "ranked": ["wood", "glass", "rock", "rock", "tile"]},
        ],
    )
    text = run("recommend", path, "--figure", tmp_path / "top_k.png")
    assert row(text, "net")[:3] == ["0.500", "0.300", "0.500"]
    assert row(text, "sounds at random")[0] == f"{1.5 / 17:.3f}"
    assert (tmp_path / "top_k.png").is_file()
    contradiction = [{"materials": ["wood"], "ranked": ["wood", "wood"], "good": 1}]
    with pytest.raises(UserFacingError, match="contradict"):
        run("recommend", predictions(path, recommendations=contradiction))
    with pytest.raises(UserFacingError, match="recommends nothing"):
        run("recommend", predictions(path))


def test_co_appearance(tmp_path: Path, labelled_clips: Path) -> None:
    annotations = tmp_path / "annotations.json"
    events = {"a": ["wood", "rock"], "b": ["wood"], "c": ["wood", "rock", "None"]}
    annotations.write_text(
        json.dumps(
            {
                name: {"duration_s": 9, "events": [[1.0 + i, word, "hit"] for i, word in enumerate(words)]}
                for name, words in events.items()
            }
        )
    )
    text = run("co-appearance", annotations, "--figure", tmp_path / "matrix.pdf")
    assert "3 videos, 1.67 materials each" in text
    assert row(text, "wood") == ["3", "0.333", "rock 0.67"]
    assert row(text, "rock") == ["2", "0.000", "wood 1.00"]
    assert (tmp_path / "matrix.pdf").read_bytes().startswith(b"%PDF")
    assert row(run("co-appearance", labelled_clips), "metal") == ["1", "1.000", "–"]


def test_sound_material(recordings: Path, labelled_clips: Path, tmp_path: Path) -> None:
    figure = tmp_path / "confusion.png"
    text = run("sound-material", "--train", recordings, "--test", labelled_clips, "--figure", figure)
    assert "24 sounds of 4 objects" in text and "tested on 2 of 2" in text
    assert row(text, str(recordings)[:20])[0] == "1.000"
    assert row(text, "Owens et al. 2016, SVM on real")[0] == "0.458"
    assert figure.is_file()
    hard = run(
        "sound-material", "--train", recordings, "--test", recordings, "--word", "hardness", "--c", "0.1"
    )
    assert "Hardness by sound, 2-way" in hard
    with pytest.raises(UserFacingError, match="not for “colour”"):
        run("sound-material", "--train", recordings, "--word", "colour")
    with pytest.raises(UserFacingError, match="no labelled sound to train on"):
        run("sound-material", "--train", recordings, "--test", labelled_clips, "--word", "reaction")
    with pytest.raises(UserFacingError, match="not by “ear”"):
        run("sound-material", "--train", recordings, "--features", "ear")


def test_sound_material_of_the_kit(labelled_clips: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sound_material, "_KIT_PER_MATERIAL", 2)
    text = run("sound-material", "--train", "kit", "--test", labelled_clips, "--c", "0.01")
    assert "34 sounds of 34 objects" in text


def test_sounds(tmp_path: Path) -> None:
    true, generated = tmp_path / "true", tmp_path / "generated"
    true.mkdir()
    random = np.random.default_rng(0)
    for number in range(3):
        sound = np.zeros(RATE // 2)
        sound[RATE // 4 :] = impact(("metal", "wood", "gravel")[number], random, 0.25)
        soundfile.write(true / f"{number}.wav", sound * (1 + number) / 4, RATE)
    shutil.copytree(true, generated)
    text = run("sounds", true, generated, "--centred")
    assert row(text, "generated") == ["0.0000"]
    assert float(row(text, "another clip's sound")[0]) > 0.001
    impacts = text[text.index("Centred impacts") :]
    assert row(impacts, "generated") == ["0.000", "1.000", "0.000", "1.000"]
    assert row(impacts, "Owens et al. 2016, full system") == ["–", "0.440", "–", "0.470"]
    (generated / "1.wav").unlink()
    with pytest.raises(UserFacingError, match="1 of 3 true sounds have no generated one"):
        run("sounds", true, generated)
    soundfile.write(generated / "1.wav", np.zeros(100), RATE)
    soundfile.write(true / "1.wav", np.zeros(2 * RATE), RATE)
    with pytest.raises(UserFacingError, match="centred impacts are half a second"):
        run("sounds", true, generated, "--centred")


def test_sanity(
    recordings: Path, labelled_clips: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    shutil.copytree(recordings, tmp_path / "sounds")
    shutil.copytree(labelled_clips, tmp_path / "greatest_hits" / "clips")
    monkeypatch.setattr(sanity, "_KIT_PER_MATERIAL", 2)
    text = run("sanity", "--data", tmp_path, "--figure", tmp_path / "confusion.png")
    assert row(text, "chance") == ["0.059", "0.059"]
    assert row(text, "oracle") == ["1.000", "1.000"]
    assert float(row(text, "SVM, real recordings")[0]) > 0.8
    onsets = text[text.index("Contacts of the real clips") :]
    assert row(onsets, "oracle") == ["1.000", "1.000", "1.000"]
    assert row(onsets, "oracle, 40 ms late") == ["0.000", "1.000", "1.000"]
    levels = text[text.index("Level per picture") :]
    assert row(levels, "oracle") == ["0.000", "1.000", "1.000"]
    assert (tmp_path / "confusion.png").is_file()


def test_a_figure_is_refused_before_the_work(labelled_clips: Path) -> None:
    with pytest.raises(UserFacingError, match=r"ends in \.png"):
        run("hits", labelled_clips, "--model", "motion-baseline", "--figure", "curve.txt")
