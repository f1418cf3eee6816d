"""The command line as a person uses it: real files, exit codes and sentences."""

from __future__ import annotations

import json
import math
import os
import re
import subprocess
import sys
from fractions import Fraction
from pathlib import Path

import av
import pytest

from engine.bundled import demo_video
from tests.foley_app.command_line import Ended, foley, picture_packets, sentence_of
from tests.media_factory import make_video

HEAVY = (
    "torch",
    "torchvision",
    "torchaudio",
    "librosa",
    "numba",
    "scipy",
    "cv2",
    "av",
    "PySide6",
    "pyqtgraph",
)


@pytest.fixture(scope="module")
def rendered_demo(tmp_path_factory) -> Path:
    """A folder with everything `foley render` writes for the demo clip."""
    folder = tmp_path_factory.mktemp("demo")
    ended = foley(
        *("render", demo_video(), "-o", folder / "demo.mp4", "--seed", 3),
        *("--stems", folder / "stems", "--project", folder / "demo.foley"),
    )
    assert ended.returncode == 0, ended.stderr
    return folder


def test_the_command_line_loads_nothing_heavy_to_answer():
    code = f"import foley_app.cli, sys; print([m for m in {HEAVY!r} if m in sys.modules])"
    ended = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert ended.stdout.strip() == "[]"


def test_help_and_version_and_wrong_usage():
    assert "render" in foley("--help").stdout
    assert foley("--version").stdout.startswith("foley ")
    assert foley("render").returncode == 2
    assert foley("paint").returncode == 2
    assert foley("analyze", demo_video(), "--json", "x.json", "--threshold", "7").returncode == 2


def test_the_doctor_examines_everything():
    ended = foley("doctor")
    assert ended.returncode == 0, ended.stdout
    for name in (
        "Python",
        "Packages",
        "Reads",
        "Writes",
        "torch",
        "Window",
        "Sound output",
        "Sound kit",
        "SQLite",
    ):
        assert name in ended.stdout


def test_the_demo_is_rendered_with_its_picture_untouched(rendered_demo: Path):
    output = rendered_demo / "demo.mp4"
    assert picture_packets(output) == picture_packets(demo_video())
    with av.open(str(output)) as container:
        assert [stream.type for stream in container.streams if stream.type != "data"] == ["video", "audio"]
    stems = sorted(path.name for path in (rendered_demo / "stems").iterdir())
    assert stems and all(name.endswith(".wav") for name in stems)


def test_the_saved_project_exports_again(rendered_demo: Path):
    ended = foley("export", rendered_demo / "demo.foley", "-o", rendered_demo / "again.mov", "--codec", "pcm")
    assert ended.returncode == 0, ended.stderr
    assert picture_packets(rendered_demo / "again.mov") == picture_packets(demo_video())


def test_the_analysis_keeps_its_contract(tmp_path: Path):
    path = tmp_path / "demo.json"
    ended = foley("analyze", demo_video(), "--json", path, "--sounds", 3)
    assert ended.returncode == 0, ended.stderr
    contract = json.loads(path.read_text(), parse_constant=lambda name: pytest.fail(f"{name} in the JSON"))
    assert (contract["schema"], contract["version"]) == ("foley.analysis", 1)
    assert Fraction(contract["video"]["frame_rate"]) == Fraction(30000, 1001)
    assert (contract["video"]["width"], contract["video"]["height"]) == (640, 360)
    assert len(contract["loudness"]["frame_times_s"]) == len(contract["loudness"]["level_db"]) == 299
    assert min(contract["loudness"]["level_db"]) >= -80
    assert contract["hits"]
    for hit in contract["hits"]:
        assert hit["confidence"] >= contract["threshold"]
        assert hit["action"] in ("hit", "scratch")
        assert math.isclose(sum(row["probability"] for row in hit["material"]), 1, abs_tol=1e-6)
        assert len(hit["sounds"]) == 3
        scores = [sound["score"] for sound in hit["sounds"]]
        assert scores == sorted(scores, reverse=True)
    assert all(hit["confidence"] < contract["threshold"] for hit in contract["candidates"])


def test_the_analysis_can_go_to_standard_output():
    ended = foley("analyze", demo_video(), "--json", "-", "--sounds", 0)
    assert json.loads(ended.stdout)["schema"] == "foley.analysis"


def test_a_library_replaces_the_kit_and_the_kit_can_join(tmp_path: Path):
    import numpy as np
    import soundfile

    library = tmp_path / "sounds" / "wood"
    library.mkdir(parents=True)
    decay = np.exp(-np.arange(9600) / 900)
    soundfile.write(library / "knock.wav", 0.5 * decay * np.sin(np.arange(9600) * 0.2), 48_000)
    alone = json.loads(foley("analyze", demo_video(), "--json", "-", "--library", tmp_path / "sounds").stdout)
    assert {sound["path"] for hit in alone["hits"] for sound in hit["sounds"]} == {str(library / "knock.wav")}
    joined = json.loads(
        foley("analyze", demo_video(), "--json", "-", "--library", tmp_path / "sounds", "--kit").stdout
    )
    assert len({sound["path"] for hit in joined["hits"] for sound in hit["sounds"]}) > 1


def test_the_same_seed_gives_the_same_sound(tmp_path: Path, rendered_demo: Path):
    foley("render", demo_video(), "-o", tmp_path / "b.mp4", "--seed", 3, "--stems", tmp_path / "stems")
    foley("render", demo_video(), "-o", tmp_path / "c.mp4", "--seed", 4, "--stems", tmp_path / "other")
    stem = next((rendered_demo / "stems").iterdir())
    assert (tmp_path / "stems" / stem.name).read_bytes() == stem.read_bytes()
    assert (tmp_path / "other" / stem.name).read_bytes() != stem.read_bytes()


def _not_a_video(folder: Path) -> Path:
    path = folder / "notes.mp4"
    path.write_text("this is a shopping list\n" * 40)
    return path


def _empty(folder: Path) -> Path:
    path = folder / "empty.mp4"
    path.touch()
    return path


def _truncated(folder: Path) -> Path:
    path = folder / "cut.mp4"
    data = demo_video().read_bytes()
    path.write_bytes(data[: len(data) // 2])
    return path


def _truncated_matroska(folder: Path) -> Path:
    whole = folder / "whole.mkv"
    make_video(whole, count=60, size=(160, 120))
    path = folder / "cut.mkv"
    path.write_bytes(whole.read_bytes()[: whole.stat().st_size // 2])
    return path


def _audio_only(folder: Path) -> Path:
    import numpy as np
    import soundfile

    path = folder / "sound.wav"
    soundfile.write(path, np.zeros(4800), 48_000)
    return path


def _one_frame(folder: Path) -> Path:
    path = folder / "still.mp4"
    make_video(path, count=1, size=(160, 120))
    return path


def _folder(folder: Path) -> Path:
    path = folder / "clips.mp4"
    path.mkdir()
    return path


def _missing(folder: Path) -> Path:
    return folder / "nowhere.mp4"


@pytest.mark.parametrize(
    "make",
    [_not_a_video, _empty, _truncated, _truncated_matroska, _audio_only, _one_frame, _folder, _missing],
    ids=lambda make: make.__name__.strip("_"),
)
@pytest.mark.parametrize("command", ["render", "analyze"])
def test_bad_input_gets_one_sentence_and_writes_nothing(make, command: str, tmp_path: Path):
    source = make(tmp_path)
    target = tmp_path / "out"
    target.mkdir()
    option = ("-o", target / "out.mp4") if command == "render" else ("--json", target / "out.json")
    sentence = sentence_of(foley(command, source, *option))
    assert source.name in sentence
    assert list(target.iterdir()) == []


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        (("-o", "missing/out.mp4"), "does not exist"),
        (("-o", "out.txt"), "out.txt"),
        (("-o", "out.mp4", "--codec", "mp3000"), "mp3000"),
        (("-o", "out.mp4", "--library", "missing"), "missing"),
        (("-o", "out.mp4", "--model", "oracle"), "oracle"),
    ],
    ids=["folder", "container", "codec", "library", "model"],
)
def test_a_target_or_option_that_cannot_work_is_named(words, expected: str, tmp_path: Path):
    assert expected in sentence_of(foley("render", demo_video(), *words, folder=tmp_path))
    assert list(tmp_path.iterdir()) == []


def test_the_source_is_never_its_own_target(tmp_path: Path):
    clip = tmp_path / "clip.mp4"
    clip.write_bytes(demo_video().read_bytes())
    sentence_of(foley("render", clip, "-o", clip))
    assert clip.read_bytes() == demo_video().read_bytes()


def test_damaged_and_newer_projects_are_refused(tmp_path: Path, rendered_demo: Path):
    good = (rendered_demo / "demo.foley").read_bytes()
    damaged = tmp_path / "damaged.foley"
    middle = len(good) // 2
    damaged.write_bytes(good[:middle] + bytes([good[middle] ^ 1]) + good[middle + 1 :])
    assert "damaged" in sentence_of(foley("export", damaged, "-o", tmp_path / "out.mp4"))
    newer = tmp_path / "newer.foley"
    newer.write_bytes(re.sub(rb'"version": \d+', b'"version": 999', good, count=1))
    assert newer.read_bytes() != good
    assert "newer" in sentence_of(foley("export", newer, "-o", tmp_path / "out.mp4"))
    assert not (tmp_path / "out.mp4").exists()


def test_a_project_whose_video_is_gone_says_which(tmp_path: Path):
    clip = tmp_path / "clip.mp4"
    clip.write_bytes(demo_video().read_bytes())
    assert foley("render", clip, "-o", tmp_path / "o.mp4", "--project", tmp_path / "p.foley").returncode == 0
    clip.unlink()
    assert "clip.mp4" in sentence_of(foley("export", tmp_path / "p.foley", "-o", tmp_path / "again.mp4"))
    assert not (tmp_path / "again.mp4").exists()


@pytest.mark.skipif(os.name != "posix", reason="file size limits are a POSIX thing")
def test_a_full_disk_leaves_the_old_export(tmp_path: Path, rendered_demo: Path):
    target = tmp_path / "out.mp4"
    target.write_bytes(b"the last good export")
    code = (
        "import resource, signal\n"
        "signal.signal(signal.SIGXFSZ, signal.SIG_IGN)\n"
        "resource.setrlimit(resource.RLIMIT_FSIZE, (100_000, 100_000))\n"
        "from foley_app import cli\n"
        "cli.main()\n"
    )
    ended = subprocess.run(
        [sys.executable, "-c", code, "export", str(rendered_demo / "demo.foley"), "-o", str(target)],
        capture_output=True,
        text=True,
        check=False,
    )
    sentence_of(Ended(ended.returncode, ended.stdout, ended.stderr))
    assert target.read_bytes() == b"the last good export"
    assert [path.name for path in tmp_path.iterdir()] == ["out.mp4"]
