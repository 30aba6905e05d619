"""What is printed on every page so that a paper can be held against the figures."""

from dataclasses import dataclass
from datetime import date, datetime


@dataclass(frozen=True, slots=True)
class Seal:
    """The pack's id, days and digest, the id of the key that signs, and when it was frozen."""

    pack: str
    first: date
    last: date
    digest: str
    kid: str
    frozen_at: datetime
