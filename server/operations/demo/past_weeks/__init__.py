"""What happened in the demo district in the past weeks, each thing at its own time."""
