"""The raw log as csv and xlsx, and as files made in the background."""
