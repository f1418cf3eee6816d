"""The detector of contacts, from clips to the weights that ship. Run `python -m training.hits`."""
