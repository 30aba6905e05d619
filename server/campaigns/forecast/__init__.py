"""The effect of a campaign on the hours of screens, before it is signed off."""
