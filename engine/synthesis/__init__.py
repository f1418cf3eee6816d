"""Sounds made and mixed: the built-in kit and the mixer."""
