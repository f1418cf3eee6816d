"""Trains and judges the two-tower model and the probability that a sound fits a hit."""
