"""Assessment packs: the frozen, signed figures of units, as sheets to be sealed and handed in."""
