"""Runs every benchmark, or those named: `python -m benchmarks [NAME ...]`.

Each benchmark is a module of this package with a `main()` that prints a table with its reference and its
goal; each runs in a process of its own, so that none inherits another's warm caches or memory.
"""

from __future__ import annotations

import pkgutil
import subprocess
import sys
from pathlib import Path

# Reports that write pictures, or need a sound server, are started by name.
_ONLY_BY_NAME = {"kit_report", "playback"}


def main() -> int:
    """Run the benchmarks; the exit code is 1 when one could not run."""
    folder = Path(__file__).parent
    known = [module.name for module in pkgutil.iter_modules([str(folder)]) if module.name != "__main__"]
    wanted = sys.argv[1:] or [name for name in known if name not in _ONLY_BY_NAME]
    unknown = sorted(set(wanted) - set(known))
    if unknown:
        print(f"There is no benchmark called {', '.join(unknown)}; there are: {', '.join(known)}.")
        return 2
    failed = []
    for name in wanted:
        print(f"\n== {name.replace('_', ' ')}", flush=True)
        if subprocess.run([sys.executable, "-m", f"benchmarks.{name}"], check=False).returncode:
            failed.append(name)
    if failed:
        print(f"\nCould not run: {', '.join(failed)}")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
