"""The address for a box to enrol."""

from urllib.parse import quote

from server.inventory.district.links import player_address


def enrolment_address(key: str, serial: str) -> str:
    """The address to open in a box's browser; the part after # is never sent in a request line."""
    return f"{player_address()}#enrol={quote(key, '')}&serial={quote(serial, '')}"
