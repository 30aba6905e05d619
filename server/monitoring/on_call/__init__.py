"""The on-duty list: shifts, who is on duty at an instant, whom to ask."""
