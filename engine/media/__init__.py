"""Pictures and sound in files: probe, decode, peaks, mux; and the player process."""
