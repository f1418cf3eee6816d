"""What a detector may be called: something that can be a folder's name everywhere."""

from __future__ import annotations

import re

LONGEST_NAME = 60
_NAME = re.compile(r"\w[\w .()+&-]*")


def is_name(name: str) -> bool:
    """Whether a detector may be called so."""
    return bool(_NAME.fullmatch(name)) and len(name) <= LONGEST_NAME and name[-1] not in " ."


def why_no_name(name: str) -> str:
    """A sentence for a name that is none."""
    return (
        f"A detector can't be called “{name}”: its name begins with a letter or a digit, has no "
        f"slash or colon in it, ends with no space or full stop, and is {LONGEST_NAME} letters long "
        "at most."
    )
