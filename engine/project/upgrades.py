"""Older files become current ones: an ordered chain of steps, each from one version to the next.

A step takes the JSON body of its version and returns that of the following one. It works on JSON alone
and never on the document's classes, which keep changing while an old version's form stays what it was.
"""

from __future__ import annotations

import copy
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from engine.errors import FoleyError

Body = dict[str, Any]
Upgrade = Callable[[Body], Body]


class UpgradeError(FoleyError):
    """A file's version can't be brought to the current one."""


class NewerVersionError(UpgradeError):
    """A file was written by a newer version of the program."""


@dataclass(frozen=True, slots=True)
class UpgradeChain:
    """The steps in order; `steps[i]` turns version `first_version + i` into the next one."""

    steps: tuple[Upgrade, ...] = ()
    first_version: int = 1

    @property
    def current_version(self) -> int:
        """The version this program writes."""
        return self.first_version + len(self.steps)

    def upgrade(self, version: Any, body: Any) -> Body:
        """The body in the current version's form; the one handed in is left as it is.

        Raises
        ------
        NewerVersionError
            When the version is above the current one.
        UpgradeError
            When it is no version, or one that never existed, or the body is no object.
        """
        if type(version) is not int or version < self.first_version:
            raise UpgradeError(f"“{version}” is not a version of this file")
        if version > self.current_version:
            raise NewerVersionError(
                f"it was made by a newer version of Foley (file version {version}; "
                f"this program reads up to {self.current_version})"
            )
        if not isinstance(body, dict):
            raise UpgradeError("it holds no project")
        if version == self.current_version:
            return body
        upgraded = copy.deepcopy(body)
        for step in self.steps[version - self.first_version :]:
            upgraded = step(upgraded)
        return upgraded


def _with_blend(body: Body) -> Body:
    """Hits and generated tracks were heard together before they could be blended."""
    return {**body, "blend": 0.5}


PROJECT_UPGRADES = UpgradeChain((_with_blend,))
"""The chain of the `.foley` file; its version grows by appending a step here."""
