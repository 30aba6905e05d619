"""Settings of the district: thresholds, uptime rules, the public address."""
