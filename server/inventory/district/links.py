"""Addresses that a request's answer gives to people and screens."""

from flask import request

from server.foundation.rest.flask_extensions import core
from server.inventory.district.public_address import public_url


def site_address() -> str:
    """Where people reach this server, without a slash at the end."""
    return (public_url(core()) or request.host_url).rstrip("/")


def player_address() -> str:
    """Where a screen's browser opens the player."""
    return f"{site_address()}/player/"
