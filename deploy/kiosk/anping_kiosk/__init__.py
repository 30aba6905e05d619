"""Keeps one Chromium at the player's page and looks after it from outside (no packages needed)."""
