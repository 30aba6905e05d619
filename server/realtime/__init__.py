"""Live contact with players: sockets, presence, push, and the same over plain HTTP."""
