"""What is known of plays without any database: batches, chains, claims, expected slots,
verdicts."""
