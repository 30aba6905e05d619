"""When a screen is meant to run: opening hours, vehicles, maintenance."""
