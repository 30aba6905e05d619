"""Content-addressed file stores: folders or a bucket."""
