"""The live content of a venue as a zip for an LED controller."""
