"""Lists that an office's slides and talks draw on: kinds of scams, tools, keywords.

`delivered.json` has the defaults, `reader.py` the lists in force, `service.py` their changes,
`scam_file.py` the copy that slides are drawn with.
"""
