"""Sites and devices: venues, screens and the boxes that run them.

venues: places, vehicles, lines, opening hours. screens: screens and their records. enrolment:
binding of players. devices: boxes of a screen, replacements. imports: tables of places and screens.
district: settings of the district.
"""
