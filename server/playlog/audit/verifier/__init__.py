"""Verification of a signed export; runs with four libraries and without the server."""
