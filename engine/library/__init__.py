"""Folders of sounds: what is in them, and which sound fits a hit."""
