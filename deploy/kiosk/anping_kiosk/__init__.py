"""Keeps one Chromium at the player's page and supervises it from outside (no packages needed)."""
