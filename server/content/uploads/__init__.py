"""Uploads: forms, resumable uploads, documents split into pages."""
