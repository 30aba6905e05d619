"""Work done beside requests: rows in `jobs`, woken by huey, run by a worker process."""
