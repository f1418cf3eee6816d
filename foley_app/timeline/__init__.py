"""The timeline: lanes over one axis of time, painted from arrays."""
