"""Takes in plays exactly once, judges each, keeps roll-ups, and can prove it."""
