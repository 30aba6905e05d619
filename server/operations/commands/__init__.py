"""Maintenance commands of `server.cli`; each imports its modules when it runs."""
