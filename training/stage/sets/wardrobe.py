"""Which surface a thing of a set wears: styles by name, with their texture, size, shine and a colour cast."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np

from engine.project.materials import MATERIALS
from training.stage.picture.procedural import STYLES, Style, styles_of
from training.stage.picture.textures import PROCEDURAL, texture_names
from training.stage.world import Look, Vector

PICTURE_SHARE = 0.35
"""So many surfaces wear a picture from the folder, where it has a fitting one."""
_SEEDS = 2**31


class Wardrobe:
    """Draws looks for one set.

    Parameters
    ----------
    rng
        Source of the draws.
    folder
        Texture pictures, a folder per material; None for procedural ones only.
    cast
        Multiplies every colour: the tint of the room's light.
    """

    def __init__(self, rng: np.random.Generator, folder: Path | None, cast: Vector = (1.0, 1.0, 1.0)) -> None:
        self._rng, self._folder, self._cast = rng, folder, cast

    def look(self, *styles: str, tint: float | Vector = 1.0, scale: float = 1.0, **changes: float) -> Look:
        """A look in one of these styles; the name of a material stands for any of its styles.

        Parameters
        ----------
        styles
            Style names or materials, all equally likely.
        tint
            Makes it lighter, darker or of another colour.
        scale
            Multiplies the size of the texture's features.
        changes
            Fields of `Look` to set instead of the style's own.
        """
        rng = self._rng
        name = styles[rng.integers(len(styles))]
        if name in MATERIALS:
            choice = styles_of(name)
            name = choice[rng.integers(len(choice))]
        style = STYLES[name]
        tints = tint if isinstance(tint, tuple) else (tint, tint, tint)
        shine = float(rng.uniform(0.5, 1.3))
        look = Look(
            texture=self._texture(style),
            scale_m=style.scale_m * scale * float(rng.uniform(0.75, 1.3)),
            tint=(tints[0] * self._cast[0], tints[1] * self._cast[1], tints[2] * self._cast[2]),
            gloss=min(1.0, style.gloss * shine),
            shininess=style.shininess * float(rng.uniform(0.6, 1.5)),
            mirror=min(0.7, style.mirror * shine),
            clear=style.clear,
            relief=min(1.0, style.relief * float(rng.uniform(0.6, 1.3))),
        )
        return replace(look, **changes)

    def _texture(self, style: Style) -> str:
        rng = self._rng
        # Drawn in any case, so that a folder changes pictures and nothing else of a set.
        wants_picture, which, seed = rng.random() < PICTURE_SHARE, rng.random(), rng.integers(_SEEDS)
        if wants_picture and self._folder is not None and style.material is not None and style.pictures:
            names = texture_names(style.material, self._folder)
            prefixes = tuple(f"{style.material}/{start}" for start in style.pictures)
            fitting = [name for name in names if name.startswith(prefixes)]
            if fitting:
                return fitting[int(which * len(fitting))]
        return f"{PROCEDURAL}{style.name}-{seed}"
