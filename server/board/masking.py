"""Phone numbers as a page shows them that many people look at, or that is printed. Pure."""

import re
from typing import Final

_NUMBER: Final = re.compile(r"\+?\d[\d \-]{5,}\d")
LONG: Final = 11
KEPT_BEFORE: Final = 3


def masked(text: str) -> str:
    """The text with the middle of each phone number hidden: `139****1234`."""
    return _NUMBER.sub(lambda found: _hide(found[0]), text)


def _hide(number: str) -> str:
    places = [place for place, sign in enumerate(number) if sign.isdigit()]
    after = 4 if len(places) >= LONG else 2
    hidden = set(places[KEPT_BEFORE : len(places) - after])
    return "".join("*" if place in hidden else sign for place, sign in enumerate(number))
