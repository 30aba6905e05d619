"""Tables of places and screens: read, held against what is there, written."""
