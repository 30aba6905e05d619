"""Differences of two versions of a campaign: content, days, hours of screens."""
