"""One virtual player: its plans, cache, log of plays, binding and answers to commands."""
