"""Reports that come round by the clock: 日报, 周报, 月报."""
