"""Taking batches in: signature, context, fast path and full path, plays of the future, bundling."""
