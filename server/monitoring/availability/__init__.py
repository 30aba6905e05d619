"""Uptime of a screen's day: expected, proven and pending display time; daily roll-ups."""
