"""Records of screens: tags, pauses, states, bulk changes.

Lookup among thousands: finding.
"""
