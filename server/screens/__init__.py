"""Screens and how their players are bound to them: pairing, enrolment keys, tokens."""
