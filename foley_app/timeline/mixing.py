"""Mixes palette colours, so that what would be translucent can be painted opaque and fast."""

from __future__ import annotations

from functools import lru_cache


@lru_cache(maxsize=4096)
def blended(front: str, back: str, share: float) -> str:
    """`front` painted over `back` with an opacity of `share`, as "#RRGGBB"."""
    mixed = (
        round(int(front[i : i + 2], 16) * share + int(back[i : i + 2], 16) * (1 - share)) for i in (1, 3, 5)
    )
    return "#" + "".join(f"{channel:02X}" for channel in mixed)
