"""What a person chooses about a stage; clip number k depends on these, the seed, k and the version only."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from pathlib import Path
from typing import Any, get_args

from engine.errors import UserFacingError
from training.stage.camera import HEIGHT, WIDTH
from training.stage.motion.wardrobe import ToolKind

STAGE_VERSION = 2
"""Changes whenever the same seed would look or sound different."""

ACTS = ("steps", "door")
"""What makes contacts beside a hand's tools."""
TOOLS: tuple[str, ...] = (*get_args(ToolKind), *ACTS)

SMALLEST_PX, LARGEST_PX = 64, 1920
SHORTEST_S, LONGEST_S = 1.0, 60.0


class StageOptionError(UserFacingError):
    """The stage can't be rendered as asked."""


@dataclass(frozen=True, slots=True)
class StageOptions:
    """How clips are rendered.

    Attributes
    ----------
    width, height
        Of the pictures in px, even.
    duration_s
        Of every clip.
    textures
        A folder with one folder of pictures per material; None: procedural ones.
    sounds
        A folder with one folder of recordings per material, mixed in; None: the kit alone.
    tools
        What strikes, some of `TOOLS`, all equally often; empty: a drumstick in nearly all clips, now and then
        something else that a hand holds, or the hand.

    Raises
    ------
    StageOptionError
        When a value can't be used.
    """

    width: int = WIDTH
    height: int = HEIGHT
    duration_s: float = 10.0
    textures: Path | None = None
    sounds: Path | None = None
    tools: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        for side, pixels in (("width", self.width), ("height", self.height)):
            if not SMALLEST_PX <= pixels <= LARGEST_PX or pixels % 2:
                raise StageOptionError(
                    f"The {side} of the pictures is an even number from {SMALLEST_PX} to {LARGEST_PX} px, "
                    f"{pixels} is not."
                )
        if not SHORTEST_S <= self.duration_s <= LONGEST_S:
            raise StageOptionError(
                f"A clip of the stage lasts {SHORTEST_S:g} to {LONGEST_S:g} s, {self.duration_s:g} s is "
                "outside of that."
            )
        for tool in self.tools:
            if tool not in TOOLS:
                raise StageOptionError(f"The stage has no “{tool}”; it has {', '.join(TOOLS)}.")
        for what, folder in (("textures", self.textures), ("sounds", self.sounds)):
            if folder is not None and not folder.is_dir():
                raise StageOptionError(f"“{folder}” is not a folder: there are no {what} to use.")

    def fingerprint(self) -> dict[str, Any]:
        """The options as a manifest keeps them: folders by what is in them, wherever they lie."""
        return {
            "width": self.width,
            "height": self.height,
            "duration_s": self.duration_s,
            "textures": _digest(self.textures),
            "sounds": _digest(self.sounds),
            "tools": sorted(set(self.tools)) or None,
        }


def clip_name(seed: int, index: int) -> str:
    """What a clip is called; unique among stages of other seeds too."""
    return f"stage-{seed}-{index:06d}"


def _digest(folder: Path | None) -> str | None:
    """Sixteen digits that tell two folders of files apart by names and sizes."""
    if folder is None:
        return None
    digest = hashlib.sha256()
    for path in sorted(path for path in folder.rglob("*") if path.is_file()):
        digest.update(f"{path.relative_to(folder).as_posix()}\0{path.stat().st_size}\n".encode())
    return digest.hexdigest()[:16]
