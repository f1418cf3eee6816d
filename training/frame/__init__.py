"""The frame every recipe trains in: `loop.py` is the run from top to bottom, the rest is its parts.

A recipe gives a `Task` (a network, a loss, samples, what to measure) and a `LoopConfig`; the loop knows
nothing of what is learned.
"""
