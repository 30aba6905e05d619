"""The queue: what a job is, how one is put in and run, what comes round, files that people
order."""
