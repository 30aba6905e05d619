"""Runs all checks that have to pass before a change lands, stage by stage, each to its end."""
