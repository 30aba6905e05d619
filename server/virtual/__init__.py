"""Virtual players: screens without glass that speak docs/protocol.md, hundreds in one process.

They know nothing of the server but its protocol: what they count can be held against it.
"""
