"""Pictures: decoded and re-encoded in a child process."""
