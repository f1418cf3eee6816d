"""Random access gives exactly the pictures that decoding in order gives."""

from __future__ import annotations

import threading
from pathlib import Path

import av
import numpy as np
import pytest

from engine.errors import MediaError
from engine.media.decode import iter_frames
from engine.media.frames import FrameReader
from tests.engine.media.awkward_videos import Awkward
from tests.media_factory import make_video, picture_number


@pytest.mark.parametrize("cache_bytes", [1, 1 << 26], ids=["no cache", "cache"])
def test_any_order_is_exact(awkward: Awkward, video: Path, cache_bytes: int) -> None:
    expected = list(iter_frames(video, size=(32, 24)))
    reader = FrameReader(video, size=(32, 24), cache_bytes=cache_bytes)
    assert np.allclose(reader.times_s, [frame.time_s for frame in expected], atol=1e-9)
    count = len(expected)
    jumps = np.random.default_rng(3).integers(0, count, 12)
    for picture in (*range(min(count, 8)), *range(count - 1, max(count - 25, 0), -1), *map(int, jumps)):
        assert np.array_equal(reader.frame(picture), expected[picture].image), picture
    reader.close()


def test_jumping_with_sparse_decoding_is_exact(tmp_path: Path) -> None:
    """A cache of few pictures lets the reader leave out what no other picture refers to."""
    path = make_video(tmp_path / "a.mp4", count=120, gop=120, b_frames=3)
    reader = FrameReader(path, cache_bytes=10 * 64 * 48 * 3)
    for picture in (100, 50, 119, 90, 3):
        assert picture_number(reader.frame(picture)) == picture
        assert picture_number(reader.frame(max(0, picture - 2))) == max(0, picture - 2)
        assert picture_number(reader.frame(min(119, picture + 1))) == min(119, picture + 1)


def test_picture_on_screen_at_a_time(plain: Path) -> None:
    reader = FrameReader(plain)
    for picture, time_s in enumerate(reader.times_s):
        assert reader.index_at(float(time_s)) == picture
        assert reader.index_at(float(time_s) + 0.039) == picture
    assert reader.index_at(-5.0) == 0
    assert reader.index_at(1e9) == len(reader) - 1
    with pytest.raises(IndexError):
        reader.frame(len(reader))
    reader.close()
    with pytest.raises(MediaError, match="closed"):
        reader.frame(0)


def test_a_gop_is_decoded_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = make_video(tmp_path / "a.mp4", count=60, gop=60, codec_options={"sc_threshold": "0"})
    reader = FrameReader(path)
    seeks = []
    go_to = FrameReader._go_to
    monkeypatch.setattr(FrameReader, "_go_to", lambda self, *args: seeks.append(args) or go_to(self, *args))
    reader.frame(50)
    for picture in range(51):
        reader.frame(picture)
    reader.frame(55)
    assert len(seeks) == 1


def test_memory_is_bounded(tmp_path: Path) -> None:
    path = make_video(tmp_path / "a.mp4", count=120, gop=40)
    limit = 20 * 64 * 48 * 3
    reader = FrameReader(path, cache_bytes=limit)
    for picture in range(120):
        reader.frame(picture)
    assert reader.kept_bytes <= limit


def test_several_threads(plain: Path) -> None:
    expected = [frame.image for frame in iter_frames(plain)]
    reader = FrameReader(plain, cache_bytes=1)
    wrong: list[int] = []

    def look(seed: int) -> None:
        for picture in np.random.default_rng(seed).integers(0, len(expected), 25):
            if not np.array_equal(reader.frame(int(picture)), expected[picture]):
                wrong.append(int(picture))

    threads = [threading.Thread(target=look, args=(seed,)) for seed in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert not wrong


def test_damaged_picture_is_replaced_by_a_neighbour(tmp_path: Path) -> None:
    path = make_video(tmp_path / "a.mov", codec="mjpeg", pixel_format="yuvj420p", b_frames=0)
    with av.open(str(path)) as container:
        packet = next(packet for packet in container.demux(video=0) if packet.pts == 12 * 512)
        start, size = packet.pos, packet.size
    contents = bytearray(path.read_bytes())
    contents[start : start + size] = bytes(size)
    path.write_bytes(contents)
    for thread_count in (1, 2):
        reader = FrameReader(path, thread_count=thread_count)
        shown = [picture_number(reader.frame(picture)) for picture in range(len(reader))]
        assert shown in ([*range(12), 11, *range(13, 30)], [*range(12), 13, *range(13, 30)])


def test_damage_is_the_same_for_any_number_of_threads(tmp_path: Path) -> None:
    path = make_video(tmp_path / "a.mp4", count=80, gop=20, size=(160, 96), codec_options={"crf": "5"})
    contents = bytearray(path.read_bytes())
    for share in (0.3, 0.6):
        start = int(len(contents) * share)
        contents[start : start + 60] = bytes(range(60))
    path.write_bytes(contents)
    readers = [FrameReader(path, thread_count=thread_count) for thread_count in (1, 2, 4)]
    for picture in (*range(len(readers[0])), 70, 25):
        shown = [reader.frame(picture) for reader in readers]
        assert np.array_equal(shown[0], shown[1])
        assert np.array_equal(shown[0], shown[2])


def test_file_that_vanishes(tmp_path: Path) -> None:
    path = make_video(tmp_path / "a.mp4", count=10)
    reader = FrameReader(path)
    path.unlink()
    with pytest.raises(MediaError, match="does not exist"):
        reader.frame(4)


def test_index_from_the_table_is_the_one_from_the_packets(tmp_path: Path) -> None:
    """Editing codecs are indexed without reading their pictures."""
    arguments = {"codec": "mjpeg", "pixel_format": "yuvj420p", "b_frames": 0, "count": 40}
    times_s = [n / 25 + (0.01 if n % 7 == 0 else 0.0) for n in range(40)]
    by_table = FrameReader(make_video(tmp_path / "a.mov", times_s=times_s, **arguments))
    by_packets = FrameReader(make_video(tmp_path / "a.mkv", times_s=times_s, **arguments))
    assert np.allclose(by_table.times_s, by_packets.times_s, atol=0.6e-3)
    assert by_table.is_keyframe.all()
    assert picture_number(by_table.frame(33)) == 33
