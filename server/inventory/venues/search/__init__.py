"""Search columns and filters of venues."""
