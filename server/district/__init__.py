"""What the district has set for itself: rules that an administrator changes while it runs."""
