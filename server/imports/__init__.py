"""Tables of venues, lines, vehicles and screens: checked row by row, then all of it or nothing."""
