"""What a clip sounds like: every contact, the room, whatever else is heard, the microphone."""
