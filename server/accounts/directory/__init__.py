"""Units and people, and the roles that people have over units."""
