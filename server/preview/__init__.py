"""The picture of any screen at any time, for people."""
