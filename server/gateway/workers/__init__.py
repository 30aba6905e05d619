"""Presence and events where screens are spread over several workers."""
