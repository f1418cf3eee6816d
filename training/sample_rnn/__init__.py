"""The recipe of the generators of soundtracks."""
