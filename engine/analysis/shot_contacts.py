"""From a detector's curves, as they come block by block, to hits: each as soon as nothing can change it.

Conventions
-----------
A hit is told when as much is known after it as can change it, and the curves are kept for as long before the
next one as matters, so that the hits of a shot are those that picking from its whole curves would give,
wherever its blocks ended.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from engine.analysis.contact_point import arm_direction, far_end
from engine.analysis.material_prior import material_prior
from engine.analysis.result import LEVEL_FLOOR_DB, DetectedHit
from engine.models.picking import FoundContact, HitCurves, PickingConfig, pick_contacts


@dataclass(frozen=True, slots=True)
class ShotContactsConfig:
    """How hits are told from curves. Distances are in pictures at the detector's rate.

    Attributes
    ----------
    shortest
        In a shorter shot nothing is found: there is no before and after to see.
    at_cut
        As close to a cut as this, nothing is found either.
    foresight
        So much after a contact must be known before it is told: a scratch may last as long.
    neighbourhood_s
        Candidates further apart don't keep each other from being contacts.
    around
        The motion of so many pictures before and after a contact shows where it is.
    moves
        Where nothing moves for so many pictures before and after, nothing is hit.
    arm
        The motion of so many on either side shows where the arm is.
    scratch_fall_db
        A scratch lasts until its level has fallen by this.
    shortest_scratch_s, longest_scratch_s
        Range of a scratch's duration.
    """

    shortest: int = 8
    at_cut: float = 2.0
    foresight: int = 45
    neighbourhood_s: float = 2.0
    around: int = 1
    moves: int = 3
    arm: int = 45
    scratch_fall_db: float = 10.0
    shortest_scratch_s: float = 0.15
    longest_scratch_s: float = 1.5


class ShotContacts:
    """The hits of one shot.

    Parameters
    ----------
    picking
        The detector's.
    threshold
        Confidence from which a hit is shown: a scratch ends where the next one begins.
    after_cut
        Whether the shot begins with a cut, rather than with the video.
    """

    def __init__(
        self,
        picking: PickingConfig,
        threshold: float,
        *,
        after_cut: bool,
        config: ShotContactsConfig | None = None,
    ) -> None:
        self._picking = picking
        self._threshold = threshold
        self._config = config or ShotContactsConfig()
        self._after_cut = after_cut
        self._curves = HitCurves(*(np.zeros(0) for _ in range(5)))
        self._change = np.zeros((0, 1, 1), np.float32)
        self._dropped = 0
        """So many pictures are no longer in the curves."""
        self._lead = 0
        """So many of them are in the change still."""
        self._told_s = -np.inf

    def add(self, curves: HitCurves, change: NDArray[np.float32]) -> list[DetectedHit]:
        """The curves of the next pictures, and the change in each cell (pictures, rows, columns).

        Returns
        -------
        list
            Hits and candidates that are certain now, in order of time.
        """
        self._curves = _joined(self._curves, curves)
        self._change = np.concatenate((self._change.reshape(-1, *change.shape[1:]), change))
        until_s = self._certain_until_s()
        if until_s <= max(self._told_s, 0.0):
            return []
        hits = self._hits(until_s, ends_with_cut=False, is_last=False)
        kept_from_s = until_s - self._context_s - self._config.neighbourhood_s
        self._drop(int(np.searchsorted(self._curves.times_s, kept_from_s)))
        return hits

    def end(self, *, with_cut: bool) -> list[DetectedHit]:
        """What is left when the shot has ended, with a cut or with the video."""
        if not len(self._curves.times_s):
            return []
        return self._hits(np.inf, ends_with_cut=with_cut, is_last=True)

    @property
    def _context_s(self) -> float:
        """How far around a candidate others count."""
        return self._picking.rhythm.context_s if self._picking.rhythm else self._config.neighbourhood_s

    def _certain_until_s(self) -> float:
        """Before this time nothing changes any more; it lies where `paced_probabilities` parts time."""
        times_s = self._curves.times_s
        known = len(times_s) - 1 - self._config.foresight
        if known < 0:
            return -np.inf
        known_s = times_s[known] - self._config.neighbourhood_s
        return self._context_s * (np.floor(known_s / self._context_s) - 1)

    def _hits(self, until_s: float, *, ends_with_cut: bool, is_last: bool) -> list[DetectedHit]:
        config, times_s = self._config, self._curves.times_s
        if is_last and self._dropped + len(times_s) < config.shortest:
            return []
        interval_s = (times_s[-1] - times_s[0]) / max(1, len(times_s) - 1)
        least_s, most_s = -np.inf, np.inf
        if self._after_cut and not self._dropped:
            least_s = times_s[0] + config.at_cut * interval_s
        if ends_with_cut:
            most_s = times_s[-1] - config.at_cut * interval_s
        contacts = [
            contact
            for contact in pick_contacts(self._curves, self._picking)
            if max(least_s, self._told_s) <= contact.time_s <= most_s
        ]
        shown_s = [contact.time_s for contact in contacts if contact.confidence >= self._threshold]
        told = [contact for contact in contacts if contact.time_s < until_s and self._moves(contact)]
        hits = [self._hit(contact, shown_s) for contact in told]
        self._told_s = max(self._told_s, until_s)
        return hits

    def _place(self, contact: FoundContact) -> int:
        """The picture nearest to a contact."""
        return int(np.argmin(np.abs(self._curves.times_s - (contact.time_s - self._picking.shift_s))))

    def _moves(self, contact: FoundContact) -> bool:
        middle, reach = self._place(contact) + self._lead, self._config.moves
        return bool(self._change[max(0, middle - reach) : middle + reach + 1].any())

    def _hit(self, contact: FoundContact, shown_s: list[float]) -> DetectedHit:
        place = self._place(contact)
        duration_s = 0.0
        if contact.action == "scratch":
            next_s = min((time_s for time_s in shown_s if time_s > contact.time_s), default=np.inf)
            duration_s = min(self._scratch_s(contact, place), next_s - contact.time_s)
        return DetectedHit(
            time_s=contact.time_s,
            duration_s=duration_s,
            confidence=contact.confidence,
            level_db=max(LEVEL_FLOOR_DB, contact.level_db),
            action=contact.action,
            contact=self._point(place),
            materials=material_prior(contact.action),
        )

    def _scratch_s(self, contact: FoundContact, place: int) -> float:
        config = self._config
        after = self._curves.level_db[place:]
        begins = int(np.argmax(after[: config.foresight] >= contact.level_db - 1e-9))
        is_faint = after[begins:] < contact.level_db - config.scratch_fall_db
        last = place + begins + (int(np.argmax(is_faint)) if is_faint.any() else len(is_faint) - 1)
        lasts_s = float(self._curves.times_s[last]) - contact.time_s
        return min(max(lasts_s, config.shortest_scratch_s), config.longest_scratch_s)

    def _point(self, place: int) -> tuple[float, float] | None:
        arm, around = self._config.arm, self._config.around
        middle = place + self._lead
        direction = arm_direction(self._change[max(0, middle - arm) : middle + arm])
        return far_end(self._change[max(0, middle - around) : middle + around + 1], direction)

    def _drop(self, count: int) -> None:
        """Forget the first pictures, but for the change in those that still show where the arm is."""
        self._curves = _from(self._curves, count)
        kept = min(self._lead + count, self._config.arm)
        self._change = self._change[self._lead + count - kept :]
        self._lead = kept
        self._dropped += count


_FIELDS = ("times_s", "onset", "offset", "level_db", "scratch")


def _joined(first: HitCurves, second: HitCurves) -> HitCurves:
    return HitCurves(*(np.concatenate((getattr(first, name), getattr(second, name))) for name in _FIELDS))


def _from(curves: HitCurves, start: int) -> HitCurves:
    return HitCurves(*(getattr(curves, name)[start:] for name in _FIELDS))
