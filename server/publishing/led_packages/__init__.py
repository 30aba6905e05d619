"""What is live for a venue as a zip for an LED controller."""
