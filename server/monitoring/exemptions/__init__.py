"""Times that aren't counted, asked for by one and approved by another."""
