"""Networks, one per file, and the form their checkpoints have on disk."""
