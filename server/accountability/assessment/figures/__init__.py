"""What stands in a pack: figures, venues, photos, footnotes."""
