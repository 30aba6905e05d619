"""Text on slides: fonts, line breaks, numbers and dates in words."""
