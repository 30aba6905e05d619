"""The recycle bin: drafts that somebody deleted, as they were, for thirty days.

- What is kept of one, and how it comes back: `snapshot.py`
- Putting in, listing, restoring, and who may: `service.py`
- Emptying it by the clock: `tasks.py`
"""
