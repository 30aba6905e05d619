"""The process that answers read requests, and one-call processes that write."""
