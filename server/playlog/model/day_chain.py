"""The server-wide chain of days: each hash covers the day before. Needs no database."""

import hashlib
from collections.abc import Iterable, Iterator
from datetime import date
from typing import Final, NamedTuple

import msgspec

START: Final = hashlib.sha256(b"anping days").digest()


class DaySeal(NamedTuple):
    """A sealed day by its ordinal: number of boots, digest of their heads, chain head after it."""

    day: int
    boots: int
    digest: bytes
    head: bytes

    @property
    def date(self) -> date:
        """The day of the calendar."""
        return date.fromordinal(self.day)


def linked(before: bytes, day: int, boots: int, digest: bytes) -> bytes:
    """The head after one more day."""
    return hashlib.sha256(before + msgspec.json.encode([day, boots, digest.hex()])).digest()


def broken(seals: Iterable[DaySeal]) -> Iterator[DaySeal]:
    """The days, in order, that don't follow from those before: altered, or with one missing."""
    head, following = START, None
    for seal in seals:
        is_next = following in {None, seal.day}
        if not is_next or seal.head != linked(head, seal.day, seal.boots, seal.digest):
            yield seal
        head, following = seal.head, seal.day + 1
