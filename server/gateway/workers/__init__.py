"""Presence and events across several workers."""
