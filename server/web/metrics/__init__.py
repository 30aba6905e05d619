"""`/metrics`: counters of the worker, and figures read at each scrape."""
