"""Beats of players and of the server itself, as runs of contact."""
