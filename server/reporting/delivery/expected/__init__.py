"""Expected plays: evidence, exclusions, windows, watermarks, frozen months."""
