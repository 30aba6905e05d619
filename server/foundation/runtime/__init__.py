"""Process-level concerns: logs, garbage collection, blocking calls, the data folder lock."""
