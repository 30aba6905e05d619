"""The coverage ledger: of all venues that should be reached, which are, and by what proof."""
