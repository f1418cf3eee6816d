"""The demo film: a stick striking and scratching things on a table, path traced, with exact truth."""
