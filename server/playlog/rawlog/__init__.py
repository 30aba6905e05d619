"""The raw log as people may read it: in pages, as a stream, with losses and doubts in words."""
