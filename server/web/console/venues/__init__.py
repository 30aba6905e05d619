"""Pages of venues: list, map, imports."""
