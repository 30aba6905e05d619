"""Incidents: catalogue, states, messages, repair orders."""
