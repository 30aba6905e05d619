"""plays.db: batch rows, boots, placements, roll-up deltas.

One transaction for many writers: group_commit, commit_jobs. Statements: transaction.
After a failed sync or a kill, what SQLite shows is synced before any answer: journal_sync.
Reads: snapshot. The layout of batches in their rows: packing.
"""
