"""What happens in a clip: when, where, on what, with which outcome."""
