"""The imported objects: venues, lines, vehicles, screens."""
