"""The first steps of a new server, ticked off by what the database holds."""
