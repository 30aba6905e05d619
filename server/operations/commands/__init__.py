"""The commands of `server.cli` that keep a server well; each imports what it needs when it runs."""
