"""What is struck: the table of things, the correction learned from real scenes, and what both are worth."""
