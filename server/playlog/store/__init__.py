"""plays.db: batch rows, boots, placements, roll-up deltas.

One transaction for many writers: group_commit, commit_jobs. Statements: transaction.
Reads: snapshot. The layout of batches in their rows: packing.
"""
