"""Assets and slides: life cycle, renditions, the starter pack, evidence photos."""
