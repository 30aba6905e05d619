"""Units and people, and people's roles over units."""
