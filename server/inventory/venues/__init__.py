"""Venues, vehicles and lines; their kinds, opening hours and codes."""
