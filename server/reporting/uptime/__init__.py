"""Availability reports from days that were rolled up."""
