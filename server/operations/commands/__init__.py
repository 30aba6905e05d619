"""Maintenance commands of `server.cli`; each imports its modules when it runs.

Verification of storage, counts and the schedule: checks.
"""
