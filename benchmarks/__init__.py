"""Speed and size, each module printing a table beside its reference and goal."""
