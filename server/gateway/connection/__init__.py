"""The `/screen` namespace and its HTTP fallback: presence, heartbeats, pushes.

Readers for other rooms: telemetry.
"""
