"""The kinds of job that the engine process knows; each imports what it needs when it runs.

Every job takes arguments and gives a result that JSON can hold.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from engine.job import Job

JobFunction = Callable[[dict[str, Any], Job], dict[str, Any]]

KINDS: dict[str, JobFunction] = {}
