"""Incidents: their kinds, states, words, repair orders."""
