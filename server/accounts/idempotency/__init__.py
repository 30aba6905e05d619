"""Idempotency keys: a POST repeated with the same key is executed once."""
