"""The `/screen` namespace and its HTTP fallback: presence, heartbeats, pushes."""
