"""Operation of the server: processes, backups, checks, commands, the demo.

supervisor: `serve`. web_process: gunicorn's worker. reading_process: read-only requests.
jobs_process: background jobs and their timetable. backup: backups, restores, drills. doctor:
diagnosis. commands: commands of `server.cli`. demo: the demo district.
"""
