"""Assets and slides: life cycle, renditions, the starter pack, photos that prove something."""
