"""Exemptions: time excluded from the SLA, requested by one person and approved by another."""
