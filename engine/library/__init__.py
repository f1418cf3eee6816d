"""The person's own sounds: found, measured, and recommended for hits beside the built-in kit's."""
