"""Features of picture and sound, the same for training and inference."""
