"""Attestations: reports of venues without our player, approved by another person."""
