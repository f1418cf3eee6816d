"""The mixer: from a project to samples, any range of it, and the whole kept up to date after edits."""

from engine.synthesis.mixer.cache import MixCache
from engine.synthesis.mixer.limiter import CEILING_DBTP, true_peak
from engine.synthesis.mixer.render import render, render_blocks

__all__ = ["CEILING_DBTP", "MixCache", "render", "render_blocks", "true_peak"]
