"""Backups: one archive with everything that a server is, and the way back."""
