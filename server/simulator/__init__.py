"""Virtual players: they implement the protocol and import nothing else of the server.

player: one player. wire: its connection to a server. fleet: hundreds in one process, with their
clocks and disks. It is the lowest room, so that no other one can be imported.
"""
