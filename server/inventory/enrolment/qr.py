"""The address with which a box enrols."""

from urllib.parse import quote

from server.inventory.district.links import player_address


def enrolment_address(key: str, serial: str) -> str:
    """Where a box's browser starts; what follows # never travels in a request line."""
    return f"{player_address()}#enrol={quote(key, '')}&serial={quote(serial, '')}"
