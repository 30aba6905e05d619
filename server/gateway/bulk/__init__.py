"""Acts on many screens at once."""
