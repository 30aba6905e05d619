"""Slides: drawn from fields by templates, for every shape of screen."""
