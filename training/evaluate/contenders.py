"""Who is judged on labelled clips, and how much each knew of them beforehand.

When nobody says who, these are: what detectors found that never saw a clip's source video
(`training/hits/leave_one_out/*.json`), what one found that saw rendered clips alone (files there whose name
begins with `zero_shot`), the detector that ships, and the one without learning. Such files are written by
`python -m training.hits`; several of one model, each about clips of its own, count as one.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from training.datasets.recording import Recording
from training.evaluate.detectors import Finder, found_by_model, found_in_file, merged

LEAVE_ONE_OUT = Path(__file__).resolve().parents[1] / "hits" / "leave_one_out"
BASELINE = "motion-baseline"

Knowledge = Literal[
    "never saw them",
    "rendered only",
    "saw them",
    "chosen on them",
    "threshold chosen in hindsight",
    "for comparison",
    "given",
]
_SAID: dict[Knowledge, str] = {
    "never saw them": "each clip by one that never saw its source",
    "rendered only": "trained on rendered clips alone",
    "saw them": "HAS SEEN THESE CLIPS",
    "chosen on them": "its numbers were chosen on these clips",
    "threshold chosen in hindsight": "chosen in hindsight",
    "for comparison": "",
    "given": "",
}
_ZERO_SHOT = "zero_shot"


@dataclass(frozen=True, slots=True)
class Contender:
    """A detector's findings, and what it knew of the clips before.

    Attributes
    ----------
    knowledge
        "given" where the person who asks has to know.
    """

    finder: Finder
    knowledge: Knowledge = "given"

    @property
    def name(self) -> str:
        """What a table calls it."""
        said = _SAID[self.knowledge]
        return f"{self.finder.name} ({said})" if said else self.finder.name

    @property
    def is_held_to_goals(self) -> bool:
        """Whether its scores say how it will do on clips that are new to it."""
        return self.knowledge in ("never saw them", "given")


def given(
    models: Sequence[str], predictions: Sequence[Path], recordings: Sequence[Recording]
) -> list[Contender]:
    """Those that were asked for.

    Raises
    ------
    UserFacingError
        When one can't be run or read.
    """
    finders = [found_by_model(model, recordings) for model in models]
    finders += [found_in_file(path) for path in predictions]
    return [Contender(finder) for finder in finders]


def usual(recordings: Sequence[Recording], folder: Path = LEAVE_ONE_OUT) -> list[Contender]:
    """Those that are judged when nobody says; predictions that don't cover these clips are left out.

    Raises
    ------
    UserFacingError
        When one can't be run or read.
    """
    names = {recording.name for recording in recordings}
    contenders = [one for one in _predicted(folder) if names <= set(one.finder.clips)]
    are_known = bool(contenders)
    shipped = _shipped()
    if shipped is not None:
        finder = found_by_model(shipped, recordings)
        contenders.append(Contender(finder, "saw them" if are_known else "given"))
    contenders.append(
        Contender(found_by_model(BASELINE, recordings), "chosen on them" if are_known else "given")
    )
    return contenders


def _predicted(folder: Path) -> list[Contender]:
    """The committed predictions; those of detectors that never saw a clip's source come first."""
    groups: dict[tuple[bool, str], list[Finder]] = {}
    for path in sorted(folder.glob("*.json")):
        finder = found_in_file(path)
        groups.setdefault((path.name.startswith(_ZERO_SHOT), finder.name), []).append(finder)
    return [
        Contender(merged(name, finders), "rendered only" if is_zero_shot else "never saw them")
        for (is_zero_shot, name), finders in sorted(groups.items(), key=lambda group: group[0])
    ]


def _shipped() -> str | None:
    """The detector that is taken when nobody chooses, unless that is the one without learning."""
    from engine.analysis.analyse import DEFAULT_MODEL

    return None if DEFAULT_MODEL == BASELINE else DEFAULT_MODEL
