"""Beats become intervals become figures; nothing is blamed on a screen that we can't know."""
