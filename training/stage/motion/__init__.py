"""Who does it: a hand with a stick, its arm, and other people."""
