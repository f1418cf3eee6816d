"""What is known about the selected hit, its sounds, and how the chosen one is shaped."""
