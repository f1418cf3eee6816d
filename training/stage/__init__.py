"""Rendered scenes of a stick striking and scratching things, with exact truth."""
