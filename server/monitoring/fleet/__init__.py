"""All screens as they are now and as they were, by units and lines."""
