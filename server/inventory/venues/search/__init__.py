"""By what venues are found, and what their lists are narrowed to."""
