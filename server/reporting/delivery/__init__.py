"""Expected plays and the state of each, by group, as JSON and tables."""
