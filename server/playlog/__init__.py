"""Proof of play: each play is counted once, judged against the plan on air at its time.

model: plays, claims and verdicts, without a database. store: the tables of plays.db. rawlog: reads
the raw log. rollups: figures by day and hour. ingest: takes in batches. audit: seals, signed
exports and their verification.

Within the room each package may import those to its right: audit, ingest, rollups, rawlog, store,
model.
"""
