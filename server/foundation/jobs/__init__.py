"""The job queue: enqueueing, running, recurring jobs, ordered files."""
