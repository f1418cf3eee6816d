"""Words that several parts of the window use: counts, titles, the undo texts of edits."""

from __future__ import annotations

from collections.abc import Sequence

from engine.project.document import Hit, Project
from engine.project.materials import is_sure
from engine.project.timebase import samples_to_seconds

UNCERTAIN_BELOW = 0.65
"""A hit of less confidence is marked with a question mark."""


_EVEN = 0.4
"""From this probability to that of the opposite, hard and soft are called equally likely."""


def counted(count: int, word: str) -> str:
    """ "1 hit", "3 hits"."""
    plural = "es" if word.endswith(("ch", "sh", "s")) else "s"
    return f"{count} {word}" if count == 1 else f"{count} {word}{plural}"


def hit_number(project: Project, hit_id: str) -> int:
    """The hit's number among those shown, from 1; 0 when it is not shown."""
    return next((n for n, hit in enumerate(project.shown_hits, 1) if hit.id == hit_id), 0)


def hits_phrase(project: Project, hits: Sequence[Hit]) -> str:
    """What an undo text calls them: "hit 5" or "3 hits"."""
    if len(hits) == 1:
        return f"{hits[0].action} {hit_number(project, hits[0].id)}"
    return f"{len(hits)} hits"


def hits_title(project: Project | None, hits: Sequence[Hit]) -> str:
    """The inspector's title."""
    if project is None or not hits:
        return "No hit selected"
    if len(hits) > 1:
        return f"{len(hits)} hits"
    return f"Hit {hit_number(project, hits[0].id)} of {len(project.shown_hits)}"


def hit_summary(project: Project | None, hits: Sequence[Hit]) -> str:
    """Beside the title: when, what, how sure."""
    if project is None or not hits:
        return ""
    if len(hits) > 1:
        uncertain = sum(is_uncertain(hit) for hit in hits)
        return f"{uncertain} uncertain" if uncertain else ""
    hit = hits[0]
    parts = [clock_text(samples_to_seconds(hit.position, project.sample_rate)), hit.action]
    if hit.action == "scratch" and hit.length:
        parts[-1] += f" {samples_to_seconds(hit.length, project.sample_rate):.2f} s"
    parts.append("placed by you" if hit.origin == "placed" else f"confidence {hit.confidence:.0%}")
    return " · ".join(parts)


def is_uncertain(hit: Hit) -> bool:
    """Whether a person should look at it: of little confidence and not yet touched."""
    return hit.confidence < UNCERTAIN_BELOW and not hit.is_kept


def is_of_unsure_material(hit: Hit) -> bool:
    """Whether what is struck is a guess that may well be wrong, and nobody has said it."""
    return bool(hit.materials) and not hit.material_chosen and not is_sure(hit.materials)


def material_text(hit: Hit) -> str:
    """The material in a word, with a question mark where it is a mere guess: "wood?"."""
    return f"{hit.material}?" if hit.material and is_of_unsure_material(hit) else hit.material


def hardness_text(hard: float | None) -> str:
    """Whether a surface is hard, of the probability that it is: "hard 81%", "soft 90%", "hard or soft"."""
    if hard is None:
        return ""
    if _EVEN <= hard <= 1 - _EVEN:
        return "hard or soft"
    return f"hard {hard:.0%}" if hard > 0.5 else f"soft {1 - hard:.0%}"


def clock_text(time_s: float) -> str:
    """Minutes, seconds and milliseconds: "00:03.402"."""
    milliseconds = round(time_s * 1000)
    minutes, rest = divmod(milliseconds, 60_000)
    return f"{minutes:02d}:{rest // 1000:02d}.{rest % 1000:03d}"


def time_ago(seconds: float) -> str:
    """How long ago, as a person would say it."""
    if seconds < 2:
        return "just now"
    if seconds < 60:
        return f"{seconds:.0f} s ago"
    if seconds < 3600:
        return f"{seconds // 60:.0f} min ago"
    return f"{seconds // 3600:.0f} h ago"
