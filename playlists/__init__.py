"""Anping's scheduling domain: from a wanted frequency to the content of a screen at an instant."""
