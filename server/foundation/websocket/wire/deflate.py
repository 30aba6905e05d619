"""Message compression (RFC 7692) without context, so that one compressed frame serves all.

A compression context per connection would cost more memory than the rest of it.
"""

import zlib
from typing import Final

NAME: Final = "permessage-deflate"
AGREED: Final = f"{NAME}; server_no_context_takeover; client_no_context_takeover"
WORTH_IT: Final = 1024
"""Shorter messages would hardly shrink."""

WINDOW: Final = -15
TAIL: Final = b"\x00\x00\xff\xff"
"""The end of a message's deflated data, which isn't sent."""


class NotDeflated(Exception):
    """The data isn't valid deflate data."""


class TooMuch(Exception):
    """It would exceed the size limit of a message."""


def agrees(offers: str) -> bool:
    """Whether a client's header has an acceptable offer."""
    return any(_is_met(offer) for offer in offers.split(","))


def _is_met(offer: str) -> bool:
    name, *parameters = [part.strip() for part in offer.split(";")]
    if name != NAME or len(set(parameters)) != len(parameters):
        return False
    return all(map(_is_compatible, parameters))


def _is_compatible(parameter: str) -> bool:
    """Whether a parameter is compatible with our frames, which use the default window size."""
    name, _, value = parameter.partition("=")
    value = value.strip('"')
    if name in ("server_no_context_takeover", "client_no_context_takeover"):
        return "=" not in parameter
    if name == "client_max_window_bits":
        return "=" not in parameter or value in {str(bits) for bits in range(8, 16)}
    return False


def deflated(payload: bytes) -> bytes:
    """The compressed data of a message."""
    pack = zlib.compressobj(zlib.Z_BEST_SPEED, zlib.DEFLATED, WINDOW)
    return (pack.compress(payload) + pack.flush(zlib.Z_SYNC_FLUSH)).removesuffix(TAIL)


def inflated(data: bytes, limit: int) -> bytes:
    """Decompress at most `limit` bytes. Raises NotDeflated, TooMuch."""
    unpack = zlib.decompressobj(WINDOW)
    try:
        payload = unpack.decompress(data + TAIL, limit + 1)
    except zlib.error as error:
        raise NotDeflated(str(error)) from error
    if len(payload) > limit:
        raise TooMuch
    return payload
