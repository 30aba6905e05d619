"""A demo district: made through the product's own API, from a seed, with virtual players."""
