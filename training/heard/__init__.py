"""Recipe of the network that hears what is struck (`engine.models.sound_net`)."""
