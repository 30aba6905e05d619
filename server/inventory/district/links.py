"""Addresses of the server in answers."""

from flask import request

from server.foundation.rest.flask_extensions import core
from server.inventory.district.public_address import public_url


def site_address() -> str:
    """The server's public address, without trailing slash."""
    return (public_url(core()) or request.host_url).rstrip("/")


def player_address() -> str:
    """The address of the player page for a screen's browser."""
    return f"{site_address()}/player/"
