"""Signing keys, secrets in files and in rows, certificates."""
