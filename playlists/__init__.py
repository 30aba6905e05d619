"""Anping's scheduling domain: from a wanted frequency to the content of a screen at an instant.

Each folder may use those to its right: plan, demand, spread, search | wire, windows, errors.
Requested and feasible plays: demand. Their order: spread, by the search. Loops of a day and of a
month, and the reason for an item: plan. The manifest for screens: wire. Opening hours and day parts
as spans of time: windows.
"""
