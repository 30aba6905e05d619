"""Explanations of a screen's content at any instant."""
