"""Inner loops compiled by numba, kept between runs in the user's cache folder."""

from __future__ import annotations

import os
from collections.abc import Callable
from typing import TypeVar

import numba

from engine.user_folders import cache_folder

_Loop = TypeVar("_Loop", bound=Callable[..., object])

# Beside the source the cache would be lost where the program is installed read-only.
if not os.environ.get("NUMBA_CACHE_DIR"):
    numba.config.CACHE_DIR = str(cache_folder() / "numba")  # type: ignore[attr-defined]


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
    return numba.njit(signature, cache=True, nogil=True, fastmath=fastmath, error_model="numpy")  # type: ignore[return-value]
