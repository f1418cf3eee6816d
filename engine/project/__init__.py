"""The document: an immutable `Project`, its edits, its timebase and its file. Standard library only."""
