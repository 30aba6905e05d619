"""Bulk actions on many screens."""
