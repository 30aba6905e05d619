"""The connection of a virtual player: HTTP, frames, packets, an in-process server."""
