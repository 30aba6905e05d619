"""The on-call roster: shifts, who is on duty at an instant, who may approve."""
