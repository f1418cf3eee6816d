"""One video of each awkward kind, made once per test run."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from fractions import Fraction
from pathlib import Path
from typing import Any

from tests.media_factory import make_video

VARIABLE_TIMES_S = (0.0, 0.033, 0.08, 0.1, 0.25, 0.3, 0.5, 0.51, 0.7, 1.0, 1.02, 1.5)


@dataclass(frozen=True)
class Awkward:
    """How to make a video, and what must be found in it."""

    name: str
    arguments: dict[str, Any] = field(default_factory=dict)
    codec: str = "h264"
    size: tuple[int, int] = (64, 48)
    rotation_deg: int = 0
    bit_depth: int = 8
    frame_rate: Fraction | None = Fraction(25)
    count: int = 30
    first_time_s: float = 0.0

    @property
    def is_numbered(self) -> bool:
        """Whether the pictures' numbers can be read from what is displayed."""
        return not self.rotation_deg


AWKWARD = (
    Awkward("plain.mp4"),
    Awkward("long_gop.mp4", {"count": 90, "gop": 90}, count=90),
    Awkward(
        "open_gop.mp4",
        {"count": 60, "codec_options": {"x264-params": "open-gop=1:keyint=10:min-keyint=10"}},
        count=60,
    ),
    Awkward("faststart.m4v", {"muxer_options": {"movflags": "faststart"}}),
    Awkward("fragmented.mp4", {"muxer_options": {"movflags": "frag_keyframe+empty_moov"}}, first_time_s=0.08),
    Awkward("phone.mov", {"rotation_deg": 90}, size=(48, 64), rotation_deg=90),
    Awkward("upside_down.mp4", {"rotation_deg": 180}, rotation_deg=180),
    Awkward("other_side.mkv", {"rotation_deg": 270}, size=(48, 64), rotation_deg=270),
    Awkward("odd.mkv", {"size": (63, 47), "pixel_format": "yuv444p"}, size=(63, 47)),
    Awkward("anamorphic.mp4", {"size": (72, 48), "sample_aspect_ratio": Fraction(4, 3)}, size=(96, 48)),
    Awkward(
        "ten_bit.mp4",
        {
            "codec": "libx265",
            "pixel_format": "yuv420p10le",
            "codec_options": {"x265-params": "log-level=none"},
        },
        codec="hevc",
        bit_depth=10,
    ),
    Awkward(
        "prores.mov",
        {"codec": "prores_ks", "pixel_format": "yuv422p10le", "b_frames": 0},
        codec="prores",
        bit_depth=10,
    ),
    Awkward("vp9.webm", {"codec": "libvpx-vp9", "b_frames": 0}, codec="vp9"),
    Awkward("mpeg4.avi", {"codec": "mpeg4", "b_frames": 0}, codec="mpeg4"),
    Awkward(
        "b_frames.avi",
        {"codec": "mpeg4", "codec_options": {"flags": "+qscale", "global_quality": "236"}},
        codec="mpeg4",
    ),
    Awkward("lossless_rgb.mkv", {"codec": "ffv1", "pixel_format": "bgr0", "b_frames": 0}, codec="ffv1"),
    Awkward("motion_jpeg.mov", {"codec": "mjpeg", "pixel_format": "yuvj420p", "b_frames": 0}, codec="mjpeg"),
    Awkward("ntsc.mkv", {"rate": Fraction(30000, 1001)}, frame_rate=Fraction(30000, 1001)),
    Awkward("fast.mp4", {"rate": 120}, frame_rate=Fraction(120)),
    Awkward("variable.mp4", {"times_s": VARIABLE_TIMES_S}, frame_rate=None, count=12),
    Awkward("variable.mkv", {"times_s": VARIABLE_TIMES_S}, frame_rate=None, count=12),
    Awkward("late.mkv", {"first_time_s": 2.0}, first_time_s=2.0),
    Awkward("late.mp4", {"first_time_s": 0.4}, first_time_s=0.4),
    Awkward("broadcast.ts", first_time_s=0.08),
    Awkward(
        "disc.mpg",
        {"codec": "mpeg2video", "codec_options": {"flags": "+qscale", "global_quality": "236"}},
        codec="mpeg2video",
        first_time_s=0.54,
    ),
    Awkward("single.mp4", {"count": 1}, count=1),
)

_made: dict[str, Path] = {}


def made(kind: Awkward, new_folder: Callable[[str], Path]) -> Path:
    """The video of a kind; made when it is first asked for."""
    if kind.name not in _made:
        _made[kind.name] = make_video(new_folder("awkward") / kind.name, **kind.arguments)
    return _made[kind.name]
