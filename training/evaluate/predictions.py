"""The file by which any model hands its predictions to the tables: `foley.predictions`, version 1.

```
{"schema": "foley.predictions", "version": 1, "model": "name and version",
 "clips": {CLIP: {"hits": [{"time_s": float, "confidence": 0..1, "action": "hit" or "scratch"}, ...],
                  "threshold": 0..1, "level_db": [float, ...]}, ...},
 "materials": [{"clip": str, "true": [WORD, ...], "probabilities": {WORD: 0..1, ...}}, ...],
 "recommendations": [{"clip": str, "materials": [WORD, ...], "ranked": [WORD, ...], "good": int}, ...]}
```

Every part may be missing; a task asks for the one it scores. `CLIP` is the clip's name in its data set.
`hits` holds candidates below the threshold too, and their `action` may be missing; `level_db` a level per
picture. An example of `materials` has its true words (one, or several that are in the picture) and the
model's probabilities; words that are not named have 0. A recommendation has the words that are right and
those of the recommended sounds, nearest first; `good`, how many sounds of the whole library are right, may be
missing. `WORD` is one of the 17 materials.
"""

from __future__ import annotations

import json
import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from engine.errors import UserFacingError
from engine.project.materials import ACTIONS, MATERIALS

SCHEMA = "foley.predictions"
VERSION = 1


class PredictionsError(UserFacingError):
    """A file of predictions that can't be used; the text names the file and the place."""


@dataclass(frozen=True, slots=True)
class ClipPredictions:
    """What was predicted for one clip; empty parts were not predicted."""

    times_s: tuple[float, ...] = ()
    confidences: tuple[float, ...] = ()
    threshold: float = 0.5
    level_db: tuple[float, ...] = ()
    actions: tuple[str | None, ...] = ()


@dataclass(frozen=True, slots=True)
class MaterialPrediction:
    """The materials of one picture or hit."""

    clip: str
    true: tuple[str, ...]
    probabilities: Mapping[str, float]

    @property
    def likeliest(self) -> str:
        """The word with the highest probability."""
        return max(self.probabilities, key=lambda word: self.probabilities[word])


@dataclass(frozen=True, slots=True)
class Recommendation:
    """One ranked list of sounds, by their materials."""

    clip: str
    materials: tuple[str, ...]
    ranked: tuple[str, ...]
    good: int | None


@dataclass(frozen=True, slots=True)
class Predictions:
    """A whole file."""

    model: str
    clips: Mapping[str, ClipPredictions] = field(default_factory=dict)
    materials: tuple[MaterialPrediction, ...] = ()
    recommendations: tuple[Recommendation, ...] = ()


def read_predictions(path: Path) -> Predictions:
    """Read and check a file.

    Raises
    ------
    PredictionsError
        Naming the file, the place and the value of the first thing that is not as it should be.
    """
    try:
        contents = json.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise PredictionsError(f"“{path}” can't be read ({error.strerror or error}).") from error
    except ValueError as error:
        raise PredictionsError(f"“{path.name}” is no JSON ({error}).") from error
    reader = _Reader(path.name)
    reader.require(isinstance(contents, dict), "the file", contents)
    reader.require(contents.get("schema") == SCHEMA, "schema", contents.get("schema"))
    reader.require(contents.get("version") == VERSION, "version", contents.get("version"))
    clips = contents.get("clips", {})
    reader.require(isinstance(clips, dict), "clips", clips)
    return Predictions(
        str(contents.get("model", path.stem)),
        {name: reader.clip(entry, f"clips[{name}]") for name, entry in clips.items()},
        tuple(
            reader.material(entry, f"materials[{index}]")
            for index, entry in enumerate(reader.rows(contents, "materials"))
        ),
        tuple(
            reader.recommendation(entry, f"recommendations[{index}]")
            for index, entry in enumerate(reader.rows(contents, "recommendations"))
        ),
    )


@dataclass(frozen=True, slots=True)
class _Reader:
    """Reads the parts of one file, and names it when one is wrong."""

    file_name: str

    def clip(self, entry: Any, place: str) -> ClipPredictions:
        self.require(isinstance(entry, dict), place, entry)
        hits = self.rows(entry, "hits", place)
        for index, hit in enumerate(hits):
            self.require(isinstance(hit, dict), f"{place}.hits[{index}]", hit)
        threshold = self.number(entry.get("threshold", 0.5), f"{place}.threshold", 0, 1)
        levels = self.rows(entry, "level_db", place)
        return ClipPredictions(
            tuple(
                self.number(hit.get("time_s"), f"{place}.hits[{index}].time_s", 0, math.inf)
                for index, hit in enumerate(hits)
            ),
            tuple(
                self.number(hit.get("confidence"), f"{place}.hits[{index}].confidence", 0, 1)
                for index, hit in enumerate(hits)
            ),
            threshold,
            tuple(
                self.number(level, f"{place}.level_db[{index}]", -math.inf, math.inf)
                for index, level in enumerate(levels)
            ),
            tuple(self.action(hit.get("action"), f"{place}.hits[{index}]") for index, hit in enumerate(hits)),
        )

    def action(self, value: Any, place: str) -> str | None:
        self.require(value is None or value in ACTIONS, f"{place}.action", value)
        return value

    def material(self, entry: Any, place: str) -> MaterialPrediction:
        self.require(isinstance(entry, dict), place, entry)
        true = self.words(entry, "true", place)
        probabilities = entry.get("probabilities")
        is_mapping = isinstance(probabilities, dict) and bool(probabilities)
        self.require(is_mapping, f"{place}.probabilities", probabilities)
        for word, probability in probabilities.items():
            self.require(word in MATERIALS, f"{place}.probabilities", word)
            self.number(probability, f"{place}.probabilities[{word}]", 0, 1)
        return MaterialPrediction(str(entry.get("clip", "")), true, probabilities)

    def recommendation(self, entry: Any, place: str) -> Recommendation:
        self.require(isinstance(entry, dict), place, entry)
        good = entry.get("good")
        self.require(good is None or (isinstance(good, int) and good >= 0), f"{place}.good", good)
        return Recommendation(
            str(entry.get("clip", "")),
            self.words(entry, "materials", place),
            self.words(entry, "ranked", place),
            good,
        )

    def words(self, entry: Mapping[str, Any], name: str, place: str) -> tuple[str, ...]:
        words = self.rows(entry, name, place)
        self.require(bool(words), f"{place}.{name}", words)
        for word in words:
            self.require(word in MATERIALS, f"{place}.{name}", word)
        return tuple(words)

    def rows(self, owner: Mapping[str, Any], name: str, place: str = "") -> list[Any]:
        rows = owner.get(name, [])
        self.require(isinstance(rows, list), f"{place}.{name}" if place else name, rows)
        return rows

    def number(self, value: Any, place: str, least: float, most: float) -> float:
        is_number = isinstance(value, (int, float)) and not isinstance(value, bool) and math.isfinite(value)
        self.require(is_number and least <= value <= most, place, value)
        return float(value)

    def require(self, holds: bool, place: str, value: object) -> None:
        if not holds:
            raise PredictionsError(
                f"“{self.file_name}” is no {SCHEMA} of version {VERSION}: {place} is {str(value)[:60]!r}."
            )
