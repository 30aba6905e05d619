"""Why this is on a screen and that is not, at any instant."""
