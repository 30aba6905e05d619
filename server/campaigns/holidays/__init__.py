"""Public holidays and workdays, the nation's and the district's own."""
