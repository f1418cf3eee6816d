"""The hits as numpy columns, in the order of time: what painting and hit testing read."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from engine.project.document import Hit
from engine.project.materials import MATERIALS
from foley_app.texts import is_uncertain

_MATERIAL_INDEX = {name: index for index, name in enumerate(MATERIALS)}
UNKNOWN_MATERIAL = len(MATERIALS)


@dataclass(frozen=True, slots=True, eq=False)
class HitColumns:
    """One row per hit.

    Attributes
    ----------
    hits
        The hits themselves; a previewed move leaves them as the document has them.
    position, length
        (n,) int64 samples, `position` ascending.
    confidence
        (n,) float64 in 0..1; 1 for hits that the person placed.
    material
        (n,) int64 index into `MATERIALS`, `UNKNOWN_MATERIAL` for none.
    is_scratch, is_locked, is_muted, is_doubted
        (n,) bool.
    longest
        The longest length, in samples.
    """

    hits: tuple[Hit, ...]
    position: NDArray[np.int64]
    length: NDArray[np.int64]
    confidence: NDArray[np.float64]
    material: NDArray[np.int64]
    is_scratch: NDArray[np.bool_]
    is_locked: NDArray[np.bool_]
    is_muted: NDArray[np.bool_]
    is_doubted: NDArray[np.bool_]
    longest: int

    @classmethod
    def of(cls, hits: Iterable[Hit]) -> HitColumns:
        """Columns of hits that are ordered by position."""
        rows = tuple(hits)
        n = len(rows)
        length = np.fromiter((h.length if h.action == "scratch" else 0 for h in rows), np.int64, n)
        return cls(
            hits=rows,
            position=np.fromiter((h.position for h in rows), np.int64, n),
            length=length,
            confidence=np.fromiter(
                (1.0 if h.origin == "placed" else h.confidence for h in rows), np.float64, n
            ),
            material=np.fromiter(
                (_MATERIAL_INDEX.get(h.material, UNKNOWN_MATERIAL) for h in rows), np.int64, n
            ),
            is_scratch=np.fromiter((h.action == "scratch" for h in rows), np.bool_, n),
            is_locked=np.fromiter((h.locked for h in rows), np.bool_, n),
            is_muted=np.fromiter((h.mute for h in rows), np.bool_, n),
            is_doubted=np.fromiter((is_uncertain(h) for h in rows), np.bool_, n),
            longest=int(length.max(initial=0)),
        )

    def __len__(self) -> int:
        return len(self.hits)

    def selected(self, ids: frozenset[str]) -> NDArray[np.bool_]:
        """(n,) bool: which hits have one of these ids."""
        if not ids:
            return np.zeros(len(self.hits), np.bool_)
        return np.fromiter((h.id in ids for h in self.hits), np.bool_, len(self.hits))

    def between(self, start: float, end: float) -> slice:
        """The rows whose position, or any part of whose length, may lie in [start, end)."""
        first = int(np.searchsorted(self.position, start - self.longest))
        return slice(first, int(np.searchsorted(self.position, end)))

    def moved(self, ids: frozenset[str], delta: int) -> HitColumns:
        """The columns as a move of these hits by `delta` samples would make them."""
        position = self.position + np.where(self.selected(ids), delta, 0)
        return self._reordered(replace(self, position=np.maximum(position, 0)))

    def lengthened(self, hit_id: str, length: int) -> HitColumns:
        """The columns with another length for one hit."""
        changed = np.where(self.selected(frozenset((hit_id,))), length, self.length)
        return replace(self, length=changed, longest=int(changed.max(initial=0)))

    @staticmethod
    def _reordered(columns: HitColumns) -> HitColumns:
        order = np.argsort(columns.position, kind="stable")
        return replace(
            columns,
            hits=tuple(columns.hits[i] for i in order),
            position=columns.position[order],
            length=columns.length[order],
            confidence=columns.confidence[order],
            material=columns.material[order],
            is_scratch=columns.is_scratch[order],
            is_locked=columns.is_locked[order],
            is_muted=columns.is_muted[order],
            is_doubted=columns.is_doubted[order],
        )


NO_HITS = HitColumns.of(())
