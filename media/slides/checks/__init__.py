"""Content checks of slides: unlisted numbers and addresses, expired dates, small print."""
