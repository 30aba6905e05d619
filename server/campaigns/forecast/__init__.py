"""What a campaign would do to the hours of screens, before it is signed off."""
