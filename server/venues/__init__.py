"""Places and vehicles where people see a screen: kinds, opening hours, lines."""
