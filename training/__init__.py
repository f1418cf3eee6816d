"""Recipes that produce the bundled models."""
