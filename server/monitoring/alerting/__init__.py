"""Routing of alerts: immediate, grouped, escalated by age, and daily digests."""
