"""The credit of approved attestations by day.

An attestation states the number of days on which a venue played, but not which: each of its open
days is credited with the same share. Where several overlap, a day has the largest share. Where the
last days were withdrawn, the others keep their share.
"""

from collections.abc import Iterable, Iterator, Mapping
from datetime import date, timedelta
from fractions import Fraction

from server.accountability.attestations.queries import Attested
from server.inventory.venues.fields.open_days import DaysOpen

Credits = Mapping[date, Fraction]


def credits_of(
    attestations: Iterable[Attested], first: date, last: date, hours: DaysOpen
) -> dict[date, Fraction]:
    """The credit of each open day of first..last covered by one venue's attestations."""
    found: dict[date, Fraction] = {}
    for one in attestations:
        days = [day for day in days_between(one.first, one.last) if hours.on(day)]
        if not days:
            continue
        share = min(Fraction(1), Fraction(one.days, len(days)))
        for day in days:
            if first <= day <= min(last, one.until):
                found[day] = max(share, found.get(day, share))
    return found


def days_between(first: date, last: date) -> Iterator[date]:
    """Each day of first..last, both inclusive."""
    for count in range((last - first).days + 1):
        yield first + timedelta(days=count)
