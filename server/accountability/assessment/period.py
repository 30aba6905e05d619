"""The days of a pack."""

from dataclasses import dataclass
from datetime import date

from server.foundation.civil_time import Civil


@dataclass(frozen=True, slots=True)
class Span:
    """The days of a pack, both inclusive, and the same as instants [from_ms, until_ms)."""

    first: date
    last: date
    from_ms: int
    until_ms: int


def span_of(civil: Civil, first: date, last: date) -> Span:
    """The days first..last of the district."""
    return Span(
        first,
        last,
        civil.start_of(first.toordinal()),
        civil.start_of(last.toordinal() + 1),
    )
