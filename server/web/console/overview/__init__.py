"""The pictures on the overview (../reports/overview.py): plays by the hour and by the day, the days
that are left, the assets on screens now, screens by unit and state, coverage of units.
"""
