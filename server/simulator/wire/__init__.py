"""The line between a virtual player and a server: HTTP, frames, packets, a server within the
process."""
