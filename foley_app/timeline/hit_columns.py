"""The hits as numpy columns, in the order of time: what painting and hit testing read."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from engine.project.document import Hit
from engine.project.materials import MATERIALS
from foley_app.texts import is_of_unsure_material, is_uncertain

_MATERIAL_INDEX = {name: index for index, name in enumerate(MATERIALS)}
UNKNOWN_MATERIAL = len(MATERIALS)

_ROW = np.dtype(
    [
        ("position", np.int64),
        ("length", np.int64),
        ("confidence", np.float64),
        ("material", np.int64),
        ("track", np.int64),
        ("is_locked", np.bool_),
        ("is_muted", np.bool_),
        ("is_doubted", np.bool_),
        ("is_guessed", np.bool_),
        ("is_sounding", np.bool_),
    ]
)


@dataclass(frozen=True, slots=True, eq=False)
class HitColumns:
    """One row per hit; each property is an (n,) array.

    Attributes
    ----------
    hits
        The hits themselves; a previewed drag leaves them as the document has them.
    rows
        (n,) structured array, positions ascending.
    """

    hits: tuple[Hit, ...]
    rows: NDArray[np.void]

    @classmethod
    def of(cls, hits: Iterable[Hit], before: HitColumns | None = None) -> HitColumns:
        """Columns of hits that are ordered by position.

        Parameters
        ----------
        before
            Columns of an earlier version; the rows of hits that are the very same are taken from it.
        """
        ordered = tuple(hits)
        if before is not None and len(before.hits) == len(ordered):
            rows = before.rows.copy()
            for index, (hit, old) in enumerate(zip(ordered, before.hits, strict=True)):
                if hit is not old:
                    rows[index] = _row(hit)
            return cls(ordered, rows)
        return cls(ordered, np.array([_row(hit) for hit in ordered], _ROW))

    def __len__(self) -> int:
        return len(self.hits)

    @property
    def position(self) -> NDArray[np.int64]:
        """In samples, ascending."""
        return self.rows["position"]

    @property
    def length(self) -> NDArray[np.int64]:
        """In samples; 0 for what is no scratch."""
        return self.rows["length"]

    @property
    def confidence(self) -> NDArray[np.float64]:
        """In 0..1; 1 for hits that the person placed."""
        return self.rows["confidence"]

    @property
    def material(self) -> NDArray[np.int64]:
        """Index into `MATERIALS`, `UNKNOWN_MATERIAL` for none."""
        return self.rows["material"]

    @property
    def track(self) -> NDArray[np.int64]:
        """`track_number` of the track's id."""
        return self.rows["track"]

    @property
    def is_locked(self) -> NDArray[np.bool_]:
        """Protected from edits."""
        return self.rows["is_locked"]

    @property
    def is_muted(self) -> NDArray[np.bool_]:
        """Silenced by the person."""
        return self.rows["is_muted"]

    @property
    def is_doubted(self) -> NDArray[np.bool_]:
        """To be looked at by a person."""
        return self.rows["is_doubted"]

    @property
    def is_guessed(self) -> NDArray[np.bool_]:
        """Of a material that is a mere guess."""
        return self.rows["is_guessed"]

    @property
    def is_sounding(self) -> NDArray[np.bool_]:
        """Has a sound and is not muted."""
        return self.rows["is_sounding"]

    @property
    def longest(self) -> int:
        """The longest length, in samples."""
        return int(self.length.max(initial=0))

    def selected(self, ids: frozenset[str]) -> NDArray[np.bool_]:
        """(n,) bool: which hits have one of these ids."""
        if not ids:
            return np.zeros(len(self.hits), np.bool_)
        return np.fromiter((hit.id in ids for hit in self.hits), np.bool_, len(self.hits))

    def between(self, start: float, end: float) -> slice:
        """The rows whose position, or any part of whose length, may lie in [start, end)."""
        first = int(np.searchsorted(self.position, start - self.longest))
        return slice(first, int(np.searchsorted(self.position, end)))

    def moved(self, ids: frozenset[str], delta: int) -> HitColumns:
        """The columns as a move of these hits by `delta` samples would make them."""
        rows = self.rows.copy()
        rows["position"] = np.maximum(rows["position"] + np.where(self.selected(ids), delta, 0), 0)
        order = np.argsort(rows["position"], kind="stable")
        return HitColumns(tuple(self.hits[index] for index in order), rows[order])

    def lengthened(self, hit_id: str, length: int) -> HitColumns:
        """The columns with another length for one hit."""
        rows = self.rows.copy()
        rows["length"][self.selected(frozenset((hit_id,)))] = length
        return replace(self, rows=rows)


def track_number(track_id: str) -> int:
    """What stands for a track's id in a column; the same within one run of the program."""
    return hash(track_id)


def _row(hit: Hit) -> tuple[Any, ...]:
    return (
        hit.position,
        hit.length if hit.action == "scratch" else 0,
        1.0 if hit.origin == "placed" else hit.confidence,
        _MATERIAL_INDEX.get(hit.material, UNKNOWN_MATERIAL),
        track_number(hit.track),
        hit.locked,
        hit.mute,
        is_uncertain(hit),
        is_of_unsure_material(hit),
        bool(hit.clips) and not hit.mute,
    )


NO_HITS = HitColumns.of(())
