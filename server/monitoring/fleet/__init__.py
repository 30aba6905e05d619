"""The fleet's current status and history, by units and lines."""
