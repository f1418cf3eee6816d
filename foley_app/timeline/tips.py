"""Texts of the timeline: tool tips, labels while dragging, what a screen reader says."""

from __future__ import annotations

from engine.project.document import Hit, Project
from engine.project.timebase import samples_to_frame
from foley_app.texts import clock_text, counted, hit_number, is_of_unsure_material, is_uncertain

_LIKELIEST = 3


def timecode_text(project: Project, position: int) -> str:
    """Timecode of the picture on screen at a position."""
    frame = samples_to_frame(max(position, 0), project.frame_rate, project.sample_rate)
    return project.timecode.format(frame + project.start_frame)


def signed_time_text(samples: int, sample_rate: int) -> str:
    """A distance in time: "+0.034 s"."""
    sign = "−" if samples < 0 else "+"
    return f"{sign}{abs(samples) / sample_rate:.3f} s"


def duration_text(samples: int, sample_rate: int) -> str:
    """A length of time: "0.512 s"."""
    return f"{samples / sample_rate:.3f} s"


def gain_text(gain_db: float) -> str:
    """A gain: "−3.0 dB"."""
    return f"{gain_db:+.1f} dB".replace("-", "−")


def level_text(level_db: float) -> str:
    """A level: "−23.4 dB"."""
    return f"{level_db:.1f} dB".replace("-", "−")


def hit_tip(project: Project, hit: Hit) -> str:
    """When it is, what it is made of, how sure that is."""
    number = hit_number(project, hit.id)
    action = hit.action.capitalize()
    if not number:
        action = f"Candidate below the threshold: {hit.action}"
    lines = [
        f"{action} {number} · {timecode_text(project, hit.position)}"
        if number
        else f"{action} · {timecode_text(project, hit.position)}",
        clock_text(hit.position / project.sample_rate),
    ]
    if hit.action == "scratch" and hit.length:
        lines[-1] += f", {duration_text(hit.length, project.sample_rate)} long"
    if hit.material_chosen:
        lines.append(f"{hit.material}, chosen by you")
    elif hit.materials:
        likeliest = sorted(hit.materials, key=lambda row: -row.probability)[:_LIKELIEST]
        guesses = ", ".join(f"{row.name} {row.probability:.0%}" for row in likeliest)
        lines.append(f"Not sure: {guesses}" if is_of_unsure_material(hit) else guesses)
    elif hit.material:
        lines.append(hit.material)
    sure = "Placed by you" if hit.origin == "placed" else f"Confidence {hit.confidence:.0%}"
    states = [word for word, holds in (("locked", hit.locked), ("muted", hit.mute)) if holds]
    lines.append(", ".join([f"{sure}, {level_text(hit.level_db)}", *states]))
    return "\n".join(lines)


def spoken_summary(project: Project | None, playhead: int, selection: frozenset[str]) -> str:
    """What a screen reader says about the timeline."""
    if project is None:
        return "No video is open."
    hits = project.shown_hits
    parts = [counted(len(hits), "hit")]
    uncertain = sum(is_uncertain(hit) for hit in hits)
    if uncertain:
        parts.append(f"{uncertain} uncertain")
    if project.generated:
        parts.append(counted(len(project.generated), "generated take"))
    if len(selection) == 1:
        parts.append(f"hit {hit_number(project, next(iter(selection)))} selected")
    elif selection:
        parts.append(f"{len(selection)} selected")
    return f"{', '.join(parts)}; playhead at {timecode_text(project, playhead)}"
