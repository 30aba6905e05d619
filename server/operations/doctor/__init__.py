"""Diagnosis of a server, in words."""
