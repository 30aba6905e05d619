"""Runs what has to pass before a change lands, stage by stage, each to its end."""
