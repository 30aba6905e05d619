"""The raw log as files: csv and xlsx for offices, and files of any form made in the background."""
