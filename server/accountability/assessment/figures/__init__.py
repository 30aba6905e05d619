"""The contents of a pack: figures, venues, photos, footnotes."""
