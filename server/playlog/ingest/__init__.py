"""Ingest of batches: signature, context, fast and full path, future plays, bundling."""
