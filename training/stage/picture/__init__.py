"""From a set to pictures: tracing, what moves, shadows, and the camera's own doing."""
