"""One virtual player: its plans, cache, play log, binding and answers to commands."""
