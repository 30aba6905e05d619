"""Reads of the district's settings."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from fractions import Fraction
from typing import Any, Final

from sqlalchemy.orm import Session

from server.inventory.district.alert_thresholds import AS_DELIVERED, AlertRules
from server.inventory.district.models import DistrictSetting
from server.inventory.venues.kinds import KINDS, VEHICLES

COVERAGE: Final = "coverage"
UPTIME: Final = "uptime"
ALERTS: Final = "alerts"
PLAYER: Final = "player"
ADDRESS: Final = "address"
GUIDE: Final = "guide"
FIXED_GRACE_S: Final = 90
VEHICLE_GRACE_S: Final = 6 * 3600
DELIVERED: Final[Mapping[str, Mapping[str, Any]]] = {
    COVERAGE: {"day_share": 0.8, "venue_share": 0.8},
    UPTIME: {
        "grace_s": {kind: VEHICLE_GRACE_S if kind in VEHICLES else FIXED_GRACE_S for kind in KINDS},
        "target_pct": 95,
        "engine_stop_minutes": 20,
    },
    ALERTS: asdict(AS_DELIVERED),
    PLAYER: {"updates": "rings"},
    ADDRESS: {"public_url": None},
    GUIDE: {"hidden": False},
}
"""The settings by group and name, until the district changes them."""


@dataclass(frozen=True, slots=True)
class Thresholds:
    """The least share of plays for a screen's day to count, and of days for a venue to count.

    Both are exact: 0.8 is four fifths, so that 4 of 5 suffice.
    """

    day_share: Fraction
    venue_share: Fraction


@dataclass(frozen=True, slots=True)
class UptimeRules:
    """Rules of uptime.

    `grace_s`: grace of a heartbeat in seconds by venue kind; `target_pct`: the target, exact;
    `engine_stop_s`: shorter gaps in a roster are engine stops at a terminus.
    """

    grace_s: Mapping[str, int]
    target_pct: Fraction
    engine_stop_s: int


def values_of(session: Session, group: str) -> dict[str, Any]:
    """A group's settings in the API's form."""
    row = session.get(DistrictSetting, group)
    return merged(DELIVERED[group], {} if row is None else row.values)


def merged(before: Mapping[str, Any], values: Mapping[str, Any]) -> dict[str, Any]:
    """The values with the changes applied; missing ones stay, also in tables within the group."""
    tables = {
        name: {**before.get(name, {}), **value}
        for name, value in values.items()
        if isinstance(value, Mapping)
    }
    return {**before, **values, **tables}


def thresholds(session: Session) -> Thresholds:
    """The coverage settings for calculation."""
    values = values_of(session, COVERAGE)
    return Thresholds(_exact(values["day_share"]), _exact(values["venue_share"]))


def uptime_rules(session: Session) -> UptimeRules:
    """The uptime settings for calculation."""
    values = values_of(session, UPTIME)
    return UptimeRules(
        grace_s=values["grace_s"],
        target_pct=_exact(values["target_pct"]),
        engine_stop_s=60 * values["engine_stop_minutes"],
    )


def alert_values(session: Session) -> dict[str, Any]:
    """The alert thresholds in the API's form."""
    return values_of(session, ALERTS)


def alert_rules(session: Session) -> AlertRules:
    """The alert thresholds for detection."""
    return AlertRules(**alert_values(session))


def player_updates(session: Session) -> str:
    """`rings` (automatic roll-out in rings), `at_once`, or `by_hand`."""
    return str(values_of(session, PLAYER)["updates"])


def guide_values(session: Session) -> dict[str, Any]:
    """Whether the overview shows the first steps, in the API's form."""
    return values_of(session, GUIDE)


def settings_document(session: Session) -> dict[str, Any]:
    """All settings in the API's form."""
    return {group: values_of(session, group) for group in DELIVERED}


def _exact(share: float) -> Fraction:
    # From its digits: the nearest double to 0.8 is slightly more than four fifths.
    return Fraction(str(share))
