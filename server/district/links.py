"""Addresses that a request's answer gives to people and screens."""

from flask import request

from server.district.address import public_url
from server.extensions import core


def site_address() -> str:
    """Where people reach this server, without a slash at the end."""
    return (public_url(core()) or request.host_url).rstrip("/")


def player_address() -> str:
    """Where a screen's browser opens the player."""
    return f"{site_address()}/player/"
