"""The rounds of a roll-out: screens read, judged and moved on.

A round: controller. What is read: fleet_snapshot, telemetry. The rules, pure: health_rules, rings,
steps.
"""
