"""Keeping it running: processes, backups, checks, the operator's commands, the demo.

`serve`: supervisor. gunicorn's worker: web_process. The jobs process and its timetable:
jobs_process.
Backups, restores, drills: backup. What is wrong, in words: doctor. Commands of `server.cli`:
commands.
The demo district: demo.
"""
