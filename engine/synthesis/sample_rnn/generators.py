"""The generators of soundtracks there are, by name; listing them loads no network.

Those that ship with the program lie among its models, the user's in a folder of their own: each is a
checkpoint in a folder of its name. A folder elsewhere can be named by its path.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal

from engine.bundled import bundled_models_folder
from engine.errors import UserFacingError
from engine.models.description import CheckpointError, ModelDescription, read_description
from engine.models.origin import Origin, read_origin
from engine.models.whole_folder import whole_folder
from engine.user_folders import generators_folder

NETWORK = "picture-sound"
"""What `engine.models.picture_sound` calls its checkpoints."""

DEFAULT_NAME = "soundtrack"
VARIANTS = ("hits", "frame", "sequence", "flow")

GeneratorKind = Literal["bundled", "user", "folder"]


@dataclass(frozen=True, slots=True)
class GeneratorEntry:
    """What a list of generators says about one.

    Attributes
    ----------
    name
        By which it is chosen; a path where it lies elsewhere.
    kind
        Whether it ships with the program, is the user's, or lies elsewhere.
    folder
        Of its checkpoint.
    variant
        How it is told what the picture shows; see `engine.models.picture_sound`.
    sample_rate
        Of its sound.
    width
        Of its network.
    window_s
        It sees so much of the film at once; 0 where it is told as it goes.
    size_bytes
        Of its files.
    version
        Changes whenever its weights do.
    origin, metrics
        What it is and what was measured of it.
    problem
        A sentence when it can't be used.
    """

    name: str
    kind: GeneratorKind
    folder: Path
    variant: str = ""
    sample_rate: int = 0
    width: int = 0
    window_s: float = 0.0
    size_bytes: int = 0
    version: str = ""
    origin: Origin = field(default_factory=Origin)
    metrics: Mapping[str, float] = field(default_factory=dict)
    problem: str = ""

    @property
    def is_told_hits(self) -> bool:
        """Whether it makes its sound from the hits, and none without them."""
        return self.variant == "hits"


def generators() -> tuple[GeneratorEntry, ...]:
    """All of them: what ships with the program, the default one first, and then the user's own by name."""
    bundled = sorted(
        _entries(bundled_models_folder(), "bundled"),
        key=lambda entry: (entry.name != DEFAULT_NAME, entry.name),
    )
    return (*bundled, *sorted(_entries(generators_folder(), "user"), key=lambda entry: entry.name.casefold()))


def default_generator() -> str:
    """The name of the first that can be used; "" when there is none."""
    return next((entry.name for entry in generators() if not entry.problem), "")


def find_generator(name: str = "", variant: str = "") -> GeneratorEntry:
    """A generator by its name or the path of its folder, or the first of a variant; the default with neither.

    Raises
    ------
    UserFacingError
        When there is none, or it can't be used.
    """
    entries = generators()
    if name:
        found = next((entry for entry in entries if entry.name == name), None) or _elsewhere(name)
    else:
        usable = (entry for entry in entries if not entry.problem)
        found = next((entry for entry in usable if variant in ("", entry.variant)), None)
    if found is None:
        raise UserFacingError(_none_sentence(name, variant))
    if found.problem:
        raise UserFacingError(found.problem)
    if variant and found.variant != variant:
        raise UserFacingError(f"The generator “{name}” is of the variant {found.variant}, not {variant}.")
    return found


def generator_of_version(version: str, name: str) -> GeneratorEntry:
    """The generator with these very weights, wherever it lies now.

    Raises
    ------
    UserFacingError
        When there is none any more; `name` is what it was called.
    """
    for entry in (*generators(), *filter(None, (_elsewhere(name),))):
        if entry.version == version and not entry.problem:
            return entry
    raise UserFacingError(
        f"The generator “{name}” of version {version} is not there any more, or has other weights now."
    )


def _elsewhere(path: str) -> GeneratorEntry | None:
    folder = Path(path)
    if not path or not whole_folder(folder).is_dir():
        return None
    return _entry(str(folder.resolve()), "folder", folder)


def _none_sentence(name: str, variant: str) -> str:
    if not generators() and not name:
        return (
            "No generator of soundtracks is installed: none ships with this copy of the program, and none "
            f"lies in “{generators_folder()}”."
        )
    if name:
        named = ", ".join(entry.name for entry in generators()) or "none"
        return f"There is no generator called “{name}”, and no such folder; there are: {named}."
    if not variant:
        return next(entry.problem for entry in generators() if entry.problem)
    return (
        f"There is no generator of the variant {variant}; training/sample_rnn makes one, and it is found in "
        f"“{generators_folder()}”."
    )


def _entries(parent: Path, kind: GeneratorKind) -> Iterator[GeneratorEntry]:
    try:
        names = sorted({folder.name.removesuffix("~") for folder in parent.iterdir() if folder.is_dir()})
    except OSError:
        return
    for name in names:
        if name.startswith("."):
            continue
        entry = _entry(name, kind, parent / name)
        # What can't be read among the program's own models is told in the list of detectors.
        if entry.variant or (entry.problem and kind == "user"):
            yield entry


def _entry(name: str, kind: GeneratorKind, folder: Path) -> GeneratorEntry:
    folder = whole_folder(folder)
    try:
        description, digest = read_description(folder)
    except CheckpointError as error:
        return GeneratorEntry(name, kind, folder, problem=str(error))
    if description.network != NETWORK:
        problem = f"“{folder}” holds a {description.network}, no generator of soundtracks."
        return GeneratorEntry(name, kind, folder, problem=problem)
    try:
        return _described(name, kind, folder, description, digest[:16])
    except (KeyError, TypeError, ValueError, ZeroDivisionError):
        problem = f"“{folder}” does not say what it is; it was probably made by another version."
        return GeneratorEntry(name, kind, folder, problem=problem)


def _described(
    name: str, kind: GeneratorKind, folder: Path, description: ModelDescription, version: str
) -> GeneratorEntry:
    config: Mapping[str, Any] = description.config
    variant, sample_rate = str(config["variant"]), int(config["sample_rate"])
    if variant not in VARIANTS:
        raise ValueError(variant)
    window_s = int(config["window"]) * int(config["samples_per_picture"]) / sample_rate
    return GeneratorEntry(
        name,
        kind,
        folder,
        variant,
        sample_rate,
        int(config["rnn"]["width"]),
        window_s if variant in ("sequence", "flow") else 0.0,
        sum(file.stat().st_size for file in folder.iterdir() if file.is_file()),
        version,
        read_origin(folder),
        description.metrics,
    )
