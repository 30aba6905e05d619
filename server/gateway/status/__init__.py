"""Contact states of screens and venues, for lists, counts and pages."""
