"""Boxes of screens: history, serial numbers, replacements, and unplaced boxes."""
