"""What venues without our player say that they showed, approved by another person."""
