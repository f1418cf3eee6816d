"""The desktop editor and its command line."""
