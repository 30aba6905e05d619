"""Masks phone numbers for readers who don't need them: lists, files and messages."""

import re
from typing import Final

_NUMBER: Final = re.compile(r"\+?\d[\d\- ]{3,}\d")
_NOT_DIGITS: Final = re.compile(r"\D")
_MOBILE: Final = re.compile(r"(?:86)?(1[3-9]\d{9})")
LONG: Final = 11
"""From so many digits on the first three and last four remain visible, else two and two."""
SHORTEST: Final = 7
"""Shorter numbers are service numbers or extensions, which are not personal."""


def masked(text: str) -> str:
    """The text with the middle of each phone number masked: `138****5678`."""
    return _NUMBER.sub(lambda found: _masked(found.group()), text)


def masked_mobiles(text: str) -> str:
    """The text with only mobile numbers masked; office lines remain readable."""
    return _NUMBER.sub(
        lambda found: _masked(found.group()) if _mobile(found.group()) else found.group(), text
    )


def lines_of(text: str) -> list[str]:
    """The landline numbers in a text, in dialling form."""
    found = (found.group() for found in _NUMBER.finditer(text))
    return [_NOT_DIGITS.sub("", one) for one in found if not _mobile(one)]


def _mobile(number: str) -> bool:
    return _MOBILE.fullmatch(_NOT_DIGITS.sub("", number)) is not None


def _masked(number: str) -> str:
    digits = _NOT_DIGITS.sub("", number)
    if len(digits) < SHORTEST:
        return number
    area, dash, line = number.partition("-")
    if dash and area.startswith("0") and len(line) >= SHORTEST:
        return f"{area}-{'*' * (len(line) - 4)}{line[-4:]}"
    own = _MOBILE.fullmatch(digits)
    plain = own.group(1) if own is not None else digits
    before, behind = (3, 4) if len(plain) >= LONG else (2, 2)
    return f"{plain[:before]}{'*' * (len(plain) - before - behind)}{plain[-behind:]}"
