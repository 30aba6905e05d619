"""Pictures: decoded and drawn anew in a child process."""
