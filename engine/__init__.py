"""Everything that is not a window: the document, media, features, analysis, synthesis, export."""

__version__ = "0.1.0"
