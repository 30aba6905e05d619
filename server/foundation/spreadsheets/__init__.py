"""xlsx and csv: parsed to rows and values, and written as tables."""
