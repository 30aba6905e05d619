"""Slides: drawn from fields by templates, in every shape of screen."""
