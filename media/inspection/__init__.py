"""Determines file types by content."""
