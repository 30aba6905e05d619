"""Which release of the player runs on which screen: registered, rolled out in rings, taken back."""
