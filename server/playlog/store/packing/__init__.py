"""The encoding of batches in their rows: compact columns, small batches in one row.

Columns: integer_columns, batch_codec. Metadata of a batch: batch_metadata.
Several batches in one row: batch_bundles. A decoded row: stored_batch.
"""
