"""Imports of places and screens from tables: parse, match, write."""
