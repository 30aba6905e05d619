"""The slides and clips that a new installation begins with."""
