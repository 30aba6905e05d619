"""Communication between a district's workers, and the choice of their leader."""
