"""The editor's own sounds: which folders, and what is in them."""
