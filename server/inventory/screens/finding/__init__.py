"""Screens found among thousands: filters and tags of lists, and choosers that search while a
person types."""
