"""The recycle bin: drafts that somebody deleted, as they were, for thirty days.

- The stored copy of a draft's rows, and how they are inserted again: `snapshot.py`
- Putting in, listing, restoring, and the permissions for it: `service.py`
- Removal after thirty days: `tasks.py`
"""
