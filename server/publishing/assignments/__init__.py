"""Signed assignments: the outbox, tenures, takeovers in force, signing keys and their change."""
