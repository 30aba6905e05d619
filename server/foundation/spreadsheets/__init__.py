"""xlsx and csv: read as plain rows and values, written as tables."""
