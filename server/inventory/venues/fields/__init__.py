"""The fields of a venue: read as people write them, checked, and what follows from them.

All of them together: validation. One each: opening_hours, coordinates, venue_codes. On which days
it is open: open_days.
"""
