"""The device side: what players say and what they are told.

Sockets, presence and pushing: connection. Commands and what became of them: commands; to many:
bulk.
Who is in contact: status. Several workers: workers. Releases of the player: rollouts.
Takeovers as screens acknowledge them: takeovers. Hints to open pages: page_hints.
"""
