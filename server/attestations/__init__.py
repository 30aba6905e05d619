"""Attestations: what venues without our player say that they showed; reviewed by another person."""
