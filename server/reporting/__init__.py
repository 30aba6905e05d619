"""Figures: plays, delivery, hours, uptime, and the files that they go into.

Expected and confirmed plays: delivery. A screen's day: screen_hours. Plays before and since:
uplift.
Availability: uptime. Goals and floors that are missed: control. Random looks: spot_checks.
The raw log as files: raw_log. Reports that come by themselves: subscriptions. The map: venue_map.
"""
