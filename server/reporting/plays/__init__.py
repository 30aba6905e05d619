"""What became of single plays: acknowledged and not counted, not played to their end."""
