"""The rounds of a roll-out: screens are read, judged and moved on.

One round: controller. Its input: fleet_snapshot, telemetry. The rules, pure: health_rules, rings,
steps.
"""
