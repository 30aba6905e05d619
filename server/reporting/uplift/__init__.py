"""Plays an hour before campaigns and since, on the same screens."""
