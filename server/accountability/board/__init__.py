"""The board of units and territories: venues, screens, coverage, plays, incidents."""
