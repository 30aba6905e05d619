"""Pure model of plays, without any database: batches, chains, claims, slots, verdicts."""
