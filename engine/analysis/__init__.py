"""From a video to hits, a loudness curve and materials."""
