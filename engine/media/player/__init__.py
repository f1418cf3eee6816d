"""The player process: shows pictures in time with the mix it plays (`python -m engine.media.player`)."""
