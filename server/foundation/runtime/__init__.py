"""What a process does beside its work: logs, the collector, blocking calls, the lock of a data
folder."""
