"""What `/metrics` prints: counters of the worker, and what is looked up when it is asked."""
