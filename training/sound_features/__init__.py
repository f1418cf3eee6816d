"""Owens et al.'s prediction of sound features. Run `python -m training.sound_features`."""
