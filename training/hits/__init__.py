"""The small detector of contacts: a `MotionNet` on grids of motion. Run `python -m training.hits`."""
