"""What a person is told about a detector that learned: from what, and what it brought."""

from __future__ import annotations

from typing import Literal

from engine.learning.gathering import MOST_S, Gathered
from engine.learning.judging import Score
from engine.learning.learner import Learned

Kind = Literal["corrections", "footage"]

TITLES: dict[Kind, str] = {
    "corrections": "Learned from corrections",
    "footage": "Learned from footage with sound",
}

_FEW_CONTACTS = 30
"""With fewer to judge by, a difference of one or two may be chance."""
_SHOWN_REASONS = 3


def made_from(gathered: Gathered, kind: Kind) -> str:
    """ "84 hits in 1 min 10 s of 3 videos, by their sound"."""
    examples = [one.example for one in gathered.material]
    hits = sum(len(example.seen_s) for example in examples)
    length = _length(sum(example.stretch.duration_s for example in examples))
    videos = _count(len({example.stretch.video for example in examples}), "video")
    how = "by their sound" if kind == "footage" else "as corrected"
    return f"{_count(hits, 'hit')} in {length} of {videos}, {how}"


def summary(gathered: Gathered, learned: Learned, kind: Kind, base: str, is_kept: bool) -> str:
    """What it learned from, what that brought, what was left out."""
    before, after = learned.before, learned.after
    sentences = [
        f"Learned from {made_from(gathered, kind)}.",
        f"On what it had not learned from it finds {_found(after)}; “{base}” finds {_found(before)}.",
    ]
    if after.level_error_db is not None and before.level_error_db is not None:
        sentences.append(
            f"Its level curve is off by {after.level_error_db:.1f} dB there, that of “{base}” by "
            f"{before.level_error_db:.1f} dB."
        )
    if not learned.is_better:
        sentences.append(
            "That is no better; it was kept because you asked for it."
            if is_kept
            else "That is no better, so it was not kept."
        )
    elif before.counts.true < _FEW_CONTACTS:
        sentences.append("With so few hits that may be chance.")
    if gathered.total_s > MOST_S:
        sentences.append(f"There were {_length(gathered.total_s)} or more; what was used was drawn by lot.")
    sentences += gathered.left_out[:_SHOWN_REASONS]
    if len(gathered.left_out) > _SHOWN_REASONS:
        sentences.append(f"{len(gathered.left_out) - _SHOWN_REASONS} more were left out.")
    return " ".join(sentences)


def _found(score: Score) -> str:
    counts = score.counts
    wrong = counts.found - counts.matched
    false_ones = _count(wrong, "false one") if wrong else "no false one"
    return f"{counts.matched} of {_count(counts.true, 'hit')} and {false_ones}"


def _length(duration_s: float) -> str:
    minutes, seconds = divmod(round(duration_s), 60)
    if not minutes:
        return f"{seconds} s"
    return f"{minutes} min {seconds} s" if seconds else f"{minutes} min"


def _count(count: int, word: str) -> str:
    return f"{count} {word}" if count == 1 else f"{count} {word}s"
