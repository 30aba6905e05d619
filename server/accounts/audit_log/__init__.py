"""The chained audit trail: writing, reading and describing entries."""
