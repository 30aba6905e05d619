"""Heartbeats of players and of the server, stored as runs of contact."""
