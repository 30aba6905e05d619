"""Records of screens: tags, pauses, states, bulk changes."""
