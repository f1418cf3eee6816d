"""A clip's files: what is in them, and that there are all of them or none."""

from __future__ import annotations

import errno
import hashlib
import wave
from fractions import Fraction
from pathlib import Path

import numpy as np
import pytest

from engine.media.audio import read_audio
from engine.media.decode import iter_frames
from engine.media.probe import probe
from engine.project.timebase import SAMPLE_RATE
from tests.training.stage.stage_doubles import COMPRESSION, SIZE, moving_bar, noise_sound
from training.stage import writer
from training.stage.sound.clip_sound import ClipSound
from training.stage.writer import (
    StageWriteError,
    clip_files,
    draw_compression,
    is_whole,
    replace_text,
    write_clip,
)


def write(
    folder: Path, *, count: int = 45, rate: Fraction = Fraction(30), sound: ClipSound | None = None
) -> None:
    write_clip(
        folder,
        "clip",
        frames=iter(moving_bar(count)),
        frame_rate=rate,
        size=SIZE,
        sound=sound or noise_sound(count, 1),
        times="0.5 wood hit static\n",
        truth='{"version": 1}\n',
        compression=COMPRESSION,
    )


@pytest.mark.parametrize("rate", [Fraction(30), Fraction(30_000, 1001)])
def test_the_picture_has_its_frames_at_their_times(tmp_path: Path, rate: Fraction) -> None:
    write(tmp_path, rate=rate)
    frames = list(iter_frames(tmp_path / "clip_denoised.mp4"))
    assert len(frames) == 45
    for number, (frame, original) in enumerate(zip(frames, moving_bar(45), strict=True)):
        assert frame.time_s == pytest.approx(float(number / rate), abs=1e-4)
        assert np.abs(frame.image.astype(float) - original).mean() < 8.0
        assert int(frame.image.astype(int).sum(axis=2).sum(axis=0).argmax()) == pytest.approx(
            number % SIZE[0], abs=1
        )
    info = probe(tmp_path / "clip_denoised.mp4")
    assert info.video is not None and (info.video.width, info.video.height) == SIZE


def test_the_sound_is_exact_in_the_wave_and_in_time_in_the_film(tmp_path: Path) -> None:
    sound = noise_sound(45, 2)
    smooth = np.convolve(sound.samples, np.full(8, 0.125), "same").astype(np.int16)
    write(tmp_path, sound=ClipSound(smooth, sound.level_db))
    with wave.open(str(tmp_path / "clip_denoised.wav")) as file:
        assert (file.getnchannels(), file.getsampwidth(), file.getframerate()) == (1, 2, SAMPLE_RATE)
        np.testing.assert_array_equal(np.frombuffer(file.readframes(10**6), "<i2"), smooth)
    heard = read_audio(tmp_path / "clip_denoised.mp4", sample_rate=SAMPLE_RATE, channels=1)[:, 0]
    count = min(heard.size, smooth.size)
    assert smooth.size <= count + 1024 and heard.size < smooth.size + 1024
    alike = np.fft.irfft(
        np.fft.rfft(heard[:count], 2 * count).conj() * np.fft.rfft(smooth[:count].astype(float), 2 * count)
    )
    assert int(np.argmax(alike)) == 0


def test_the_layout_is_that_of_the_greatest_hits(tmp_path: Path) -> None:
    write(tmp_path / "shard_0000")
    names = sorted(path.name for path in (tmp_path / "shard_0000").iterdir())
    assert names == ["clip_denoised.mp4", "clip_denoised.wav", "clip_times.txt", "clip_truth.json"]
    assert (tmp_path / "shard_0000" / "clip_times.txt").read_text() == "0.5 wood hit static\n"
    assert is_whole(tmp_path / "shard_0000", "clip")


def test_the_same_clip_is_the_same_bytes(tmp_path: Path) -> None:
    digests = set()
    for folder in ("a", "b"):
        write(tmp_path / folder)
        contents = b"".join(path.read_bytes() for path in clip_files(tmp_path / folder, "clip"))
        digests.add(hashlib.sha256(contents).hexdigest())
    assert len(digests) == 1


def test_a_full_disk_is_said_and_leaves_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    flushed = []

    def flush(descriptor: int) -> None:
        flushed.append(descriptor)
        if len(flushed) == 3:
            raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(writer, "flush_file", flush)
    with pytest.raises(StageWriteError, match=r"the disk is full\..*what is finished is kept"):
        write(tmp_path)
    assert list(tmp_path.iterdir()) == []


def test_frames_that_fail_leave_nothing(tmp_path: Path) -> None:
    def failing():
        yield from moving_bar(3)
        raise RuntimeError("no more")

    with pytest.raises(RuntimeError, match="no more"):
        write_clip(
            tmp_path,
            "clip",
            frames=failing(),
            frame_rate=Fraction(30),
            size=SIZE,
            sound=noise_sound(3, 0),
            times="",
            truth="",
            compression=COMPRESSION,
        )
    assert list(tmp_path.iterdir()) == []


def test_an_unwritable_folder_is_said(tmp_path: Path) -> None:
    (tmp_path / "taken").write_text("a file")
    with pytest.raises(StageWriteError, match="clip"):
        write(tmp_path / "taken")
    with pytest.raises(StageWriteError, match=r"stage\.json"):
        replace_text(tmp_path / "taken" / "stage.json", "{}")


def test_compression_differs_from_clip_to_clip() -> None:
    drawn = [draw_compression(np.random.default_rng(seed)) for seed in range(60)]
    assert {one.crf for one in drawn} <= set(range(18, 33)) and len({one.crf for one in drawn}) > 8
    assert len({one.preset for one in drawn}) >= 3 and len({one.gop for one in drawn}) >= 4
