"""The raw log for readers: in pages and as a stream, with losses and reasons in words."""
