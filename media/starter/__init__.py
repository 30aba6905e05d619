"""The slides and clips of a new installation."""
