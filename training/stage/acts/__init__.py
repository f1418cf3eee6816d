"""Other ways to make a contact than a hand with a tool: steps on a floor, a door that falls shut."""
