"""Where a checkpoint comes from: the code's commit, and a digest of what was learned from."""

from __future__ import annotations

import hashlib
import subprocess
from collections.abc import Iterable
from pathlib import Path


def git_commit() -> str:
    """The commit of this code, "+" behind it when a tracked file differs; "" outside a repository."""
    root = Path(__file__).resolve().parent

    def answer(*words: str) -> str | None:
        try:
            done = subprocess.run(
                ["git", "-C", str(root), *words], capture_output=True, text=True, timeout=20
            )
        except (OSError, subprocess.TimeoutExpired):
            return None
        return done.stdout.strip() if done.returncode == 0 else None

    commit = answer("rev-parse", "HEAD")
    if commit is None:
        return ""
    return commit + ("+" if answer("status", "--porcelain", "--untracked-files=no") else "")


def digest(lines: Iterable[str]) -> str:
    """SHA-256 of lines of text in whatever order: of names and digests of clips, say."""
    return hashlib.sha256("\n".join(sorted(lines)).encode()).hexdigest()
