"""The table of the 17 surfaces.

Its numbers are tuned against recordings of drumstick hits and scratches: `python -m benchmarks.kit_report`.
"""

from __future__ import annotations

from engine.project.materials import MATERIALS
from engine.synthesis.impacts.loose_surfaces import LOOSE_SURFACES
from engine.synthesis.impacts.solid_surfaces import SOLID_SURFACES
from engine.synthesis.impacts.surface import Surface

SURFACES: dict[str, Surface] = {
    material: (SOLID_SURFACES | LOOSE_SURFACES)[material] for material in MATERIALS
}
