"""Documents taken apart into pages, in child processes."""
