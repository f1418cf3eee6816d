"""The document imports nothing but the standard library: it loads at once, everywhere."""

from __future__ import annotations

import subprocess
import sys

PROGRAM = """
import importlib, pkgutil, sys
loaded_by_python_itself = set(sys.modules)
import engine.project
for module in pkgutil.walk_packages(engine.project.__path__, "engine.project."):
    importlib.import_module(module.name)
roots = {name.partition(".")[0] for name in set(sys.modules) - loaded_by_python_itself}
roots -= sys.stdlib_module_names
print(sorted(root for root in roots if not root.startswith("_")))
print(sorted(name for name in sys.modules if name.startswith("engine.") and "project" not in name))
"""


def test_the_document_imports_the_standard_library_alone() -> None:
    finished = subprocess.run(
        [sys.executable, "-c", PROGRAM], capture_output=True, text=True, check=True, timeout=60
    )
    assert finished.stdout.splitlines() == ["['engine']", "['engine.errors', 'engine.job']"]
