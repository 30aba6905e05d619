"""Figures: plays, delivery, hours, uptime, and the files that they go into.

- `delivery`: expected and confirmed plays. `screen_hours`: a screen's day. `uplift`: plays before
  and since a campaign.
- `uptime`: availability. `control`: missed goals and floors. `spot_checks`: random checks of
  screens.
- `raw_log`: exports of the play log. `subscriptions`: scheduled reports. `venue_map`: the map.
"""
