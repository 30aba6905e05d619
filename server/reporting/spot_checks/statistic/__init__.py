"""The statistic of a sample of checks: counting rules and the confidence bound."""
