"""What an act hands over to the scene."""

from __future__ import annotations

from dataclasses import dataclass

from training.stage.contacts import Script
from training.stage.motion.performer import Moving
from training.stage.picture.still import Still
from training.stage.world import Set


@dataclass(frozen=True, slots=True, eq=False)
class Act:
    """A set, what happens in it, and who does it.

    Attributes
    ----------
    halts_s
        When something stops dead without a contact, in order of time.
    """

    set_: Set
    still: Still
    script: Script
    performer: Moving
    halts_s: tuple[float, ...] = ()
