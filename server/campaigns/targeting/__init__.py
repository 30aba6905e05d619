"""The screens of a selector, its reach, and their opening hours."""
