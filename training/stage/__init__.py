"""The rendered stage: scenes of a stick that hits and scratches things, with sound and exact truth."""
