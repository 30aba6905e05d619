"""Reads of the district's settings."""

from dataclasses import dataclass
from fractions import Fraction
from typing import Any, Final

from sqlalchemy.orm import Session

from server.district.models import DistrictSetting

COVERAGE: Final = "coverage"
DELIVERED: Final[dict[str, float]] = {"day_share": 0.8, "venue_share": 0.8}


@dataclass(frozen=True, slots=True)
class Thresholds:
    """A screen's day counts from `day_share` of its plays on, a venue from `venue_share` of days.

    Both are exact: 0.8 is four fifths, so that 4 of 5 reach it.
    """

    day_share: Fraction
    venue_share: Fraction


def coverage_values(session: Session) -> dict[str, float]:
    """The coverage settings as the API has them: shares from above 0 to 1."""
    row = session.get(DistrictSetting, COVERAGE)
    return DELIVERED | (row.values if row is not None else {})


def thresholds(session: Session) -> Thresholds:
    """The coverage settings to reckon with."""
    values = coverage_values(session)
    return Thresholds(_exact(values["day_share"]), _exact(values["venue_share"]))


def settings_document(session: Session) -> dict[str, Any]:
    """All settings as the API shows them."""
    return {COVERAGE: coverage_values(session)}


def _exact(share: float) -> Fraction:
    # By its digits: the nearest double to 0.8 is a little more than four fifths.
    return Fraction(str(share))
