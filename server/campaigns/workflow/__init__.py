"""Campaigns from draft to live: resources, sign-off in steps, boosts, the clock that begins and
ends them."""
