"""What the rows of such tables become: venues, lines, vehicles, screens."""
