"""Signing keys, secrets in files and rows, certificates."""
