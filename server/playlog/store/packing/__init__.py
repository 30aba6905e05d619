"""How batches lie in their rows: columns of few bytes, small ones tied together.

Columns: integer_columns, batch_codec. What was said beside the plays: batch_metadata.
Several batches in one row: batch_bundles. A row as it was read: stored_batch.
"""
