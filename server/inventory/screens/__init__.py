"""Records of screens: groups, pauses, states, many changed at once."""
