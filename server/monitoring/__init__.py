"""Whether screens run as agreed, and who is told when they don't.

When a screen was heard: heartbeats. When it is to run: duty, rosters, exemptions.
Uptime of days: availability. The fleet now: fleet. What is wrong: detection, incidents.
Who is told how: alerting, notifications, on_call. What people do about it: response.
"""
