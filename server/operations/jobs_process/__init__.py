"""The jobs process: its consumer, workers, kinds of jobs and timetable."""
