"""The hash chain of a boot (protocol.md 5): each head covers the head before and one event."""

import hashlib
from collections.abc import Iterable

import msgspec

from server.playlog.model.play import Play

_encode = msgspec.json.Encoder().encode


def start(boot: str) -> bytes:
    """The head before the first event: SHA-256 of the boot's text."""
    return hashlib.sha256(boot.encode()).digest()


def link(head: bytes, row: Iterable[object]) -> bytes:
    """The head after one more row: an event, or `("lost", a, b, reason)`."""
    return after_rows(head, (tuple(row),))


def after_rows(head: bytes, rows: Iterable[tuple[object, ...]]) -> bytes:
    """The head after some rows, in one call: a batch has up to 500."""
    encode, digest = _encode, hashlib.sha256
    for row in rows:
        head = digest(head + encode(row)).digest()
    return head


def after(head: bytes, plays: Iterable[Play]) -> bytes:
    """The head after some plays."""
    for play in plays:
        head = link(head, play.link())
    return head
