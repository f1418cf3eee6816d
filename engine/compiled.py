"""Inner loops compiled by numba, kept between runs in the user's cache folder."""

from __future__ import annotations

import os
import pickle
import shutil
from collections.abc import Callable
from typing import TypeVar

import numba

from engine.user_folders import cache_folder

_Loop = TypeVar("_Loop", bound=Callable[..., object])


_OWN_FOLDER = cache_folder() / "numba"


def _is_cache_usable() -> bool:
    """Point numba at the user's cache folder; beside the source, a read-only installation would lose it."""
    if os.environ.get("NUMBA_CACHE_DIR"):
        return True
    try:
        _OWN_FOLDER.mkdir(parents=True, exist_ok=True)
    except OSError:
        return False
    numba.config.CACHE_DIR = str(_OWN_FOLDER)  # type: ignore[attr-defined]
    return os.access(_OWN_FOLDER, os.W_OK)


_KEEPS_LOOPS = _is_cache_usable()
"""Without a folder to keep them in, loops are compiled at every start: some seconds, no failure."""

_UNUSABLE_CACHE = (OSError, pickle.UnpicklingError, EOFError, AttributeError, ImportError, IndexError)
"""What reading or writing a kept loop raises; the last ones are what unpickling raises by its manual."""


def compiled(signature: str, *, may_reorder_sums: bool = False) -> Callable[[_Loop], _Loop]:
    """Compile a loop for one signature, when its module is imported; it runs without the GIL.

    Parameters
    ----------
    signature
        numba's text, such as `"void(float32[::1], float32)"`. Arrays that are only read are written as
        `Array(float32, 1, "C", readonly=True)`, which takes writable ones as well.
    may_reorder_sums
        Lets the compiler add in another order, which is what makes a dot product fast. Leave it off
        where the same sum must come out whatever part of an array is worked on.
    """
    fastmath = {"reassoc", "contract", "nsz"} if may_reorder_sums else False

    def compile_loop(loop: _Loop) -> _Loop:
        def compile_it(*, cache: bool) -> _Loop:
            return numba.njit(  # type: ignore[return-value]
                signature, cache=cache, nogil=True, fastmath=fastmath, error_model="numpy"
            )(loop)

        try:
            return compile_it(cache=_KEEPS_LOOPS)
        except _UNUSABLE_CACHE:
            # The disk is full, or a power cut left a torn file. Once all is gone it can be made again.
            shutil.rmtree(_OWN_FOLDER, ignore_errors=True)
            return compile_it(cache=False)

    return compile_loop
