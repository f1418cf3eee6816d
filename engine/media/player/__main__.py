"""`python -m engine.media.player`."""

from engine.media.player.process import main

if __name__ == "__main__":
    main()
