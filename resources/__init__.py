"""Data that ships with the program: models, the demo, icons, theme."""
