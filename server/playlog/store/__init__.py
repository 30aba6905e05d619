"""plays.db: batches as rows, boots, placements, deltas of roll-ups, the committer and its
transactions."""
