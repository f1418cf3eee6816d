"""Huang and Kumar's model of loudness: how loud a silent film is. Run `python -m training.loudness`."""
