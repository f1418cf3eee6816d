"""The JSON of an analysis: schema `foley.analysis`, version 1, for other programs to rely on.

```
{"schema": "foley.analysis", "version": 1,
 "video": {"path": str, "duration_s": float, "frame_rate": "30000/1001", "width": int, "height": int},
 "loudness": {"frame_times_s": [float, ...], "level_db": [float, ...]},
 "threshold": float,
 "hits": [{"time_s": float, "duration_s": float, "confidence": float, "level_db": float,
           "action": "hit" | "scratch", "contact": {"x": float, "y": float} | null,
           "material": [{"name": str, "probability": float}, ...],
           "hard": float | null, "sure": bool,
           "sounds": [{"id": str, "path": str, "material": str, "score": float,
                       "parts": {str: float, ...}}, ...]}, ...],
 "candidates": [...],
 "notes": [{"kind": str, "text": str}, ...],
 "model": {"name": str, "version": str}}
```

Times are seconds from the presentation time of the first picture, at full precision. `frame_rate` is an
exact fraction. `level_db[i]` is the RMS in dBFS (a full-scale sine is -3.01) over `[t_i, t_i+1)`, never
below -80. A hit's `level_db` is that of the loudest 1/30 s of its sound. `duration_s` is 0 for a hit and the
length of a scratch. `confidence` is a probability; `hits` are those at or above `threshold`, `candidates`
those below, both in order of time. `contact` is in 0..1 from the left and the top. `material` is sorted by
probability and sums to 1. `hard` is the probability that the surface is hard rather than soft, null where it
is probably neither (paper, water, dirt); `sure` is whether the likeliest material is more likely right than
wrong. `sounds` are sorted by score, the probability that a sound fits; its `parts`, each 0..1, say why:
"material", "picture", "brightness", "level", "shape" and "action", as far as they are known. `path` of a
sound is empty when it is no file. `notes` say what a person should know about the video, by `kind`: "still",
"dark", "cuts", "slow", "has-sound", "unfamiliar", "unseen". Every number is finite; only `contact` and
`hard` may be null. A later version may add fields and kinds.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from fractions import Fraction
from typing import Any

from engine.analysis.result import LEVEL_FLOOR_DB, Analysis, DetectedHit, Note
from engine.errors import FoleyError
from engine.project.document import MaterialProbability
from engine.project.materials import ACTIONS, hard_probability, is_sure

SCHEMA = "foley.analysis"
VERSION = 1

SoundRow = Mapping[str, Any]
"""One recommended sound: id, path, material, score, parts."""


class ContractError(FoleyError):
    """A JSON object is not a `foley.analysis` of this version; the text says where."""


def analysis_to_json(
    analysis: Analysis, sounds: Sequence[Sequence[SoundRow]] | None = None
) -> dict[str, Any]:
    """An analysis as plain JSON values.

    Parameters
    ----------
    analysis
        What a detector found.
    sounds
        For each hit, then for each candidate, its recommended sounds; None for none at all.

    Raises
    ------
    ContractError
        When the analysis breaks the contract (a NaN level, hits out of order).
    """
    count = len(analysis.hits)
    rows = sounds or [()] * (count + len(analysis.candidates))
    video = analysis.video
    contract = {
        "schema": SCHEMA,
        "version": VERSION,
        "video": {
            "path": str(video.path),
            "duration_s": float(video.duration_s),
            "frame_rate": f"{video.frame_rate.numerator}/{video.frame_rate.denominator}",
            "width": int(video.width),
            "height": int(video.height),
        },
        "loudness": {
            "frame_times_s": [float(time_s) for time_s in analysis.frame_times_s],
            "level_db": [max(LEVEL_FLOOR_DB, float(level)) for level in analysis.level_db],
        },
        "threshold": float(analysis.threshold),
        "hits": [hit_to_json(*pair) for pair in zip(analysis.hits, rows[:count], strict=True)],
        "candidates": [hit_to_json(*pair) for pair in zip(analysis.candidates, rows[count:], strict=True)],
        "notes": notes_to_json(analysis.notes),
        "model": {"name": analysis.model.name, "version": analysis.model.version},
    }
    validate(contract)
    return contract


def notes_to_json(notes: Sequence[Note]) -> list[dict[str, str]]:
    """Notes as plain JSON values."""
    return [{"kind": note.kind, "text": note.text} for note in notes]


def hit_to_json(hit: DetectedHit, sounds: Sequence[SoundRow] = ()) -> dict[str, Any]:
    """One hit or candidate as plain JSON values; `sounds` in any order."""
    contact = None if hit.contact is None else {"x": float(hit.contact[0]), "y": float(hit.contact[1])}
    rows = [MaterialProbability(name, float(probability)) for name, probability in hit.materials]
    return {
        "time_s": float(hit.time_s),
        "duration_s": float(hit.duration_s),
        "confidence": float(hit.confidence),
        "level_db": max(LEVEL_FLOOR_DB, float(hit.level_db)),
        "action": hit.action,
        "contact": contact,
        "material": [
            {"name": name, "probability": float(probability)}
            for name, probability in sorted(hit.materials, key=lambda row: -row[1])
        ],
        "hard": hard_probability(rows),
        "sure": is_sure(rows),
        "sounds": [
            {
                "id": str(sound["id"]),
                "path": str(sound["path"]),
                "material": str(sound["material"]),
                "score": float(sound["score"]),
                "parts": {str(name): float(part) for name, part in sound.get("parts", {}).items()},
            }
            for sound in sorted(sounds, key=lambda sound: -sound["score"])
        ],
    }


def hit_from_json(row: Mapping[str, Any]) -> DetectedHit:
    """The hit that `hit_to_json` wrote, without its sounds."""
    contact = row["contact"]
    return DetectedHit(
        time_s=row["time_s"],
        duration_s=row["duration_s"],
        confidence=row["confidence"],
        level_db=row["level_db"],
        action=row["action"],
        contact=None if contact is None else (contact["x"], contact["y"]),
        materials=tuple((material["name"], material["probability"]) for material in row["material"]),
    )


def validate(contract: Mapping[str, Any]) -> None:
    """Check every promise of the contract.

    Raises
    ------
    ContractError
        Naming the place and the value of the first promise broken.
    """
    _require(contract.get("schema") == SCHEMA, "schema", contract.get("schema"))
    _require(contract.get("version") == VERSION, "version", contract.get("version"))
    _check_video(_part(contract, "video"))
    _check_loudness(_part(contract, "loudness"))
    threshold = _number(contract, "threshold", 0, 1)
    for name in ("hits", "candidates"):
        rows = _part(contract, name)
        _require(isinstance(rows, list), name, rows)
        for index, row in enumerate(rows):
            place = f"{name}[{index}]"
            _check_hit(row, place)
            _require(
                (row["confidence"] >= threshold) == (name == "hits"), f"{place}.confidence", row["confidence"]
            )
            is_in_order = index == 0 or rows[index - 1]["time_s"] <= row["time_s"]
            _require(is_in_order, f"{place}.time_s", row["time_s"])
    notes = _part(contract, "notes")
    _require(isinstance(notes, list), "notes", notes)
    for index, note in enumerate(notes):
        for name in ("kind", "text"):
            _text(note, name, f"notes[{index}].")
    for name in ("name", "version"):
        _text(_part(contract, "model"), name, "model.")


def _check_video(video: Mapping[str, Any]) -> None:
    _text(video, "path", "video.")
    _number(video, "duration_s", 0, math.inf, "video.")
    for name in ("width", "height"):
        _require(isinstance(video.get(name), int) and video[name] > 0, f"video.{name}", video.get(name))
    try:
        is_positive = Fraction(_text(video, "frame_rate", "video.")) > 0
    except (ValueError, ZeroDivisionError):
        is_positive = False
    _require(is_positive, "video.frame_rate", video["frame_rate"])


def _check_loudness(loudness: Mapping[str, Any]) -> None:
    times_s, levels_db = (_part(loudness, name) for name in ("frame_times_s", "level_db"))
    _require(len(times_s) == len(levels_db), "loudness.level_db, count of", len(levels_db))
    for index, (time_s, level_db) in enumerate(zip(times_s, levels_db, strict=True)):
        later = index == 0 or time_s > times_s[index - 1]
        _require(_is_finite(time_s) and later, f"loudness.frame_times_s[{index}]", time_s)
        _require(_is_finite(level_db) and level_db >= LEVEL_FLOOR_DB, f"loudness.level_db[{index}]", level_db)


def _check_hit(row: Mapping[str, Any], place: str) -> None:
    prefix = f"{place}."
    _number(row, "time_s", 0, math.inf, prefix)
    _number(row, "duration_s", 0, math.inf, prefix)
    _number(row, "confidence", 0, 1, prefix)
    _number(row, "level_db", LEVEL_FLOOR_DB, math.inf, prefix)
    _require(row.get("action") in ACTIONS, f"{prefix}action", row.get("action"))
    contact = row.get("contact", "missing")
    if contact is not None:
        _require(isinstance(contact, dict), f"{prefix}contact", contact)
        for name in ("x", "y"):
            _number(contact, name, 0, 1, f"{prefix}contact.")
    materials, sounds = _part(row, "material", prefix), _part(row, "sounds", prefix)
    for rows, field, most in ((materials, "probability", 1.0), (sounds, "score", math.inf)):
        values = [_number(entry, field, -math.inf if rows is sounds else 0, most, prefix) for entry in rows]
        _require(values == sorted(values, reverse=True), f"{prefix}{field}, order of", values)
    total = sum(material["probability"] for material in materials)
    _require(not materials or abs(total - 1) < 1e-6, f"{prefix}material, sum of", total)
    for material in materials:
        _text(material, "name", prefix)
    if _part(row, "hard", prefix) is not None:
        _number(row, "hard", 0, 1, prefix)
    _require(isinstance(_part(row, "sure", prefix), bool), f"{prefix}sure", row["sure"])
    for sound in sounds:
        for name in ("id", "path", "material"):
            _text(sound, name, prefix)
        parts = _part(sound, "parts", prefix)
        _require(isinstance(parts, dict), f"{prefix}parts", parts)
        for name in parts:
            _number(parts, name, 0, 1, f"{prefix}parts.")


def _part(owner: Mapping[str, Any], name: str, prefix: str = "") -> Any:
    _require(name in owner, f"{prefix}{name}", "missing")
    return owner[name]


def _number(owner: Mapping[str, Any], name: str, least: float, most: float, prefix: str = "") -> float:
    value = _part(owner, name, prefix)
    _require(_is_finite(value) and least <= value <= most, f"{prefix}{name}", value)
    return value


def _text(owner: Mapping[str, Any], name: str, prefix: str) -> str:
    value = _part(owner, name, prefix)
    _require(isinstance(value, str), f"{prefix}{name}", value)
    return value


def _is_finite(value: object) -> bool:
    return isinstance(value, (int, float)) and not isinstance(value, bool) and math.isfinite(value)


def _require(holds: bool, place: str, value: object) -> None:
    if not holds:
        raise ContractError(f"not a {SCHEMA} of version {VERSION}: {place} is {value!r}")
