"""Which screens and venues are in contact, for lists, counts and pages."""
