"""The first steps of a new server, ticked off by data in the database."""
