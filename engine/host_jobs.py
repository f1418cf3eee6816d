"""The kinds of job that the engine process knows; each imports what it needs when it runs.

Every job takes arguments and gives a result that JSON can hold.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

from engine.job import Job

JobFunction = Callable[[dict[str, Any], Job], dict[str, Any]]


def new_project(arguments: dict[str, Any], job: Job) -> dict[str, Any]:
    """An empty project for the video at `path`, which it refers to absolutely."""
    from engine.analysis.to_document import project_from_video
    from engine.project.document_json import to_json

    return {"project": to_json(project_from_video(Path(arguments["path"])))}


def analyse(arguments: dict[str, Any], job: Job) -> dict[str, Any]:
    """Hits and levels of the video at `path` in samples at `sample_rate`; hits are emitted as found."""
    from engine.analysis import analyse as find_hits
    from engine.analysis.to_document import document_event, hits_and_loudness
    from engine.project.document_json import HIT_SHAPE, LOUDNESS_SHAPE

    sample_rate = int(arguments["sample_rate"])
    telling = replace(job, on_event=lambda event: job.emit(document_event(event, sample_rate)))
    analysis = find_hits.analyse(arguments["path"], job=telling)
    hits, loudness = hits_and_loudness(analysis, sample_rate)
    return {
        "hits": [HIT_SHAPE.write(hit) for hit in hits],
        "loudness": LOUDNESS_SHAPE.write(loudness),
        "threshold": analysis.threshold,
        "model": analysis.model.label,
    }


KINDS: dict[str, JobFunction] = {
    "new_project": new_project,
    "analyse": analyse,
}
"""Every kind by its name on the wire."""
