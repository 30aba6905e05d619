"""Sites and devices: where screens stand and which boxes run them.

Places, vehicles, lines, opening hours: venues. Screens and their records: screens.
How a device comes to be bound: enrolment. Boxes of a screen, replacements: devices.
Tables of places and screens that offices send: imports. What the district has set: district.
"""
