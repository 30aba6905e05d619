"""Events of the demo district's past weeks, each at its own time."""
