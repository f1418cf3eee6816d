"""Runs every benchmark, or those named: `python -m benchmarks [NAME ...]`.

Each benchmark is a module of this package with a `main()` that prints a table with its reference and its
goal; each runs in a process of its own, so that none inherits another's warm caches or memory. What follows
a single name, such as a model's folder, is told to that benchmark.
"""

from __future__ import annotations

import itertools
import pkgutil
import subprocess
import sys
from pathlib import Path

# Reports that write pictures, need a sound server, or must be told of models, are started by name.
_ONLY_BY_NAME = {"kit_report", "playback", "sample_rnn_exactness"}
# Another one prints it too.
_ONLY_BY_NAME |= {"sample_rnn_roofline"}


def main() -> int:
    """Run the benchmarks; the exit code is 1 when one could not run."""
    folder = Path(__file__).parent
    known = [module.name for module in pkgutil.iter_modules([str(folder)]) if module.name != "__main__"]
    wanted = list(itertools.takewhile(known.__contains__, sys.argv[1:]))
    told = sys.argv[1 + len(wanted) :]
    if told and len(wanted) != 1:
        print(f"There is no benchmark called {told[0]}; there are: {', '.join(known)}.")
        return 2
    wanted = wanted or [name for name in known if name not in _ONLY_BY_NAME]
    failed = []
    for name in wanted:
        print(f"\n== {name.replace('_', ' ')}", flush=True)
        if subprocess.run([sys.executable, "-m", f"benchmarks.{name}", *told], check=False).returncode:
            failed.append(name)
    if failed:
        print(f"\nCould not run: {', '.join(failed)}")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
