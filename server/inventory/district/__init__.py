"""What the district has set for itself: thresholds, rules of uptime, the public address."""
