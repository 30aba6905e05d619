"""Proof of play: each play counted once, judged against the plan that was in force.

What a play, a claim and a verdict are: model. Tables of plays.db and how they are written: store.
Reading the raw log: rawlog. Figures by day and hour: rollups. Taking batches in: ingest.
Seals, signed exports and how anybody checks them: audit.
Inside, each may use what stands to its right: audit, ingest, rollups, rawlog, store, model.
"""
