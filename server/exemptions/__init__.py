"""Exemptions: plays that nobody is to be blamed for; asked for by one, approved by another."""
