"""Sums over the roll-ups, and a cache of them."""
