"""plays.db: batch rows, boots, placements, roll-up deltas, transactions and group commit."""
