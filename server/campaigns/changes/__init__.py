"""In what two versions of a campaign differ: content, days, hours of screens."""
