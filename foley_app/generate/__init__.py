"""Whole soundtracks: asked for, made in the engine, compared with the hits, made again."""
