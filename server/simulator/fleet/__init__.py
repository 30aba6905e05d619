"""Many virtual players in one process, and their boxes."""
