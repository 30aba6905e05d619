"""Venues, vehicles and lines; their kinds, opening hours and codes.

What a person wrote of one, checked: fields. Found by words and filters: search.
"""
