"""Releases of the player: kept by digest, rolled out in rings, halted by what the fleet says."""
