"""Papers of the office about screens: the register (屏幕台账) and the filing form (备案表).

`register.py` reads their rows, `api.py` answers them as JSON, `views.py` prints the very same.
"""
