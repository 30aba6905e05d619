"""Compares pictures for equal content."""
