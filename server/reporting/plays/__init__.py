"""Single plays: acknowledged and not counted, not played to their end."""
