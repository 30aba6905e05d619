"""Targets and messages on their way: retries, quiet hours, trials."""
