"""The networks that listen to sounds, as they ship with the program; without them names alone tell."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from engine.bundled import bundled_models_folder
from engine.library.listener import Impressions, Listener
from engine.models.description import DESCRIPTION_FILE, read_description
from engine.models.sound_fit import BY_HAND, SoundFit, sound_fit_of

if TYPE_CHECKING:
    from engine.models.blow_shape import BlowShapes
    from engine.models.sound_net import SoundModel
    from engine.models.two_tower import TwoTower

SOUND_NET, TWO_TOWER = "sound-net", "two-tower"
VECTOR_LENGTH = 128

NOBODY_LISTENS = (
    "No network that listens to sounds ships with this program: they are known by their names alone."
)


@dataclass(frozen=True, slots=True)
class Ear:
    """Which networks listen.

    Attributes
    ----------
    version
        Changes whenever an impression would be another.
    vector_length
        Numbers in a vector; 0 without a tower.
    """

    version: str
    vector_length: int


class SoundListener:
    """A sound model with the tower for its vectors.

    Parameters
    ----------
    ear
        Their versions.
    model
        As `engine.models.sound_net.load_sound_model` gives it.
    towers, shapes
        None where there are none, and then there are no vectors, or no distances.
    """

    def __init__(
        self, ear: Ear, model: SoundModel, towers: TwoTower | None, shapes: BlowShapes | None
    ) -> None:
        self.version, self.vector_length = ear.version, ear.vector_length
        self._model, self._towers, self._shapes = model, towers, shapes

    def hear(self, sounds: Sequence[NDArray[np.float32]], sample_rate: int) -> Impressions:
        """Listen to mono sounds, (samples,) float32 each."""
        from engine.models.sound_net import hard_of

        heard = self._model.hear(sounds, sample_rate)
        nothing = np.zeros((len(sounds), 0), np.float32)
        vectors, materials, hard = nothing, heard.materials, heard.hard
        if self._towers is not None:
            # The towers know recordings of all kinds, the sound model blows in a film's own sound.
            vectors, materials = self._towers.sound_vectors(heard), self._towers.sound_materials(heard)
            hard = hard_of(materials)
        unlike = np.full((len(sounds), 2), np.nan, np.float32)
        if self._shapes is not None:
            unlike[:] = [self._shapes.distances(sound, sample_rate) for sound in sounds]
        return Impressions(vectors, materials, hard, heard.scratch, unlike)


def bundled_ear() -> Ear | None:
    """What ships; None where there is no network that listens. Loads none."""
    hears, has_tower = _version(SOUND_NET), _version(TWO_TOWER)
    if not hears:
        return None
    return Ear(f"{hears}/{has_tower}", VECTOR_LENGTH if has_tower else 0)


def load_listener() -> Listener | None:
    """The networks themselves; None where there is none that listens.

    Raises
    ------
    CheckpointError
        When one is damaged.
    """
    ear = bundled_ear()
    if ear is None:
        return None
    from engine.models.sound_net import load_sound_model

    if not ear.vector_length:
        return SoundListener(ear, load_sound_model(), None, None)
    return SoundListener(ear, load_sound_model(), bundled_towers(), bundled_shapes())


@lru_cache(maxsize=1)
def bundled_towers() -> TwoTower | None:
    """The two towers, loaded once; None where none ship.

    Raises
    ------
    CheckpointError
        When they are damaged.
    """
    if not _version(TWO_TOWER):
        return None
    from engine.models.two_tower import load_two_tower

    return load_two_tower()


@lru_cache(maxsize=1)
def bundled_shapes() -> BlowShapes | None:
    """The shapes of blows that sounds are held against; None where none ship.

    Raises
    ------
    CheckpointError
        When they are damaged.
    """
    from engine.models.blow_shape import load_blow_shapes

    return load_blow_shapes() if _version(TWO_TOWER) else None


def bundled_fit() -> SoundFit:
    """How the parts of a fit count: as fitted with the towers, by hand where none ship."""
    if not _version(TWO_TOWER):
        return BY_HAND
    return sound_fit_of(read_description(bundled_models_folder() / TWO_TOWER)[0])


def _version(name: str) -> str:
    folder = bundled_models_folder() / name
    return read_description(folder)[1][:16] if (folder / DESCRIPTION_FILE).is_file() else ""
