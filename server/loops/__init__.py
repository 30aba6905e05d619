"""What each screen is told to play: manifests, signed assignments, and since when it has them."""
