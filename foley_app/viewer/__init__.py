"""The picture, its meters and the transport."""
