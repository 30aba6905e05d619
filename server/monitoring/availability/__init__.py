"""Uptime of a screen's day: what was owed, what ran, what is open; rolled up by day."""
