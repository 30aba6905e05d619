"""Figures for people: what was expected, what was shown, and what became of the rest."""
