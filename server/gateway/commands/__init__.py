"""Commands to one screen: sending, replies, and the expected picture."""
