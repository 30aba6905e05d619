"""Players without glass: they speak the protocol and import nothing else of the server.

The lowest room, so that they can know nothing of the others. One player: player. What goes over
the line:
wire. Hundreds in one process, their clocks and disks: fleet.
"""
