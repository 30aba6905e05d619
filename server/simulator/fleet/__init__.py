"""Many virtual players on one machine, and the boxes that they live in."""
