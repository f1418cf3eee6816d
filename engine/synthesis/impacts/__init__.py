"""Models of a wooden stick striking and scratching surfaces; `engine.synthesis.kit` is the way in.

Conventions: sounds are float64 (n,) at `SAMPLE_RATE` inside this package; index 0 is the contact.
Component levels are in dB against each other, the final level is set in `finish`.
"""
