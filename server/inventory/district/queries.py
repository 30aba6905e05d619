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
DELIVERED: Final[dict[str, float]] = {"day_share": 0.8, "venue_share": 0.8}
UPTIME: Final = "uptime"
FIXED_GRACE_S: Final = 90
VEHICLE_GRACE_S: Final = 6 * 3600
DELIVERED_UPTIME: Final[dict[str, Any]] = {
    "grace_s": {kind: VEHICLE_GRACE_S if kind in VEHICLES else FIXED_GRACE_S for kind in KINDS},
    "target_pct": 95,
    "engine_stop_minutes": 20,
}
PLAYER: Final = "player"
DELIVERED_PLAYER: Final[dict[str, Any]] = {"updates": "rings"}
ADDRESS: Final = "address"
DELIVERED_ADDRESS: Final[dict[str, Any]] = {"public_url": None}
GUIDE: Final = "guide"
DELIVERED_GUIDE: Final[dict[str, Any]] = {"hidden": False}
ALERTS: Final = "alerts"
DELIVERED_ALERTS: Final[dict[str, Any]] = asdict(AS_DELIVERED)


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


def coverage_values(session: Session) -> dict[str, float]:
    """The coverage settings in the API's form: shares above 0, up to 1."""
    row = session.get(DistrictSetting, COVERAGE)
    return DELIVERED | (row.values if row is not None else {})


def thresholds(session: Session) -> Thresholds:
    """The coverage settings for calculation."""
    values = coverage_values(session)
    return Thresholds(_exact(values["day_share"]), _exact(values["venue_share"]))


def uptime_values(session: Session) -> dict[str, Any]:
    """The uptime settings in the API's form: a grace for every venue kind."""
    row = session.get(DistrictSetting, UPTIME)
    changed = row.values if row is not None else {}
    graces = DELIVERED_UPTIME["grace_s"] | changed.get("grace_s", {})
    return DELIVERED_UPTIME | changed | {"grace_s": graces}


def uptime_rules(session: Session) -> UptimeRules:
    """The uptime settings for calculation."""
    values = uptime_values(session)
    return UptimeRules(
        grace_s=values["grace_s"],
        target_pct=_exact(values["target_pct"]),
        engine_stop_s=60 * values["engine_stop_minutes"],
    )


def alert_values(session: Session) -> dict[str, Any]:
    """The alert thresholds in the API's form."""
    row = session.get(DistrictSetting, ALERTS)
    return DELIVERED_ALERTS | (row.values if row is not None else {})


def alert_rules(session: Session) -> AlertRules:
    """The alert thresholds for detection."""
    return AlertRules(**alert_values(session))


def player_values(session: Session) -> dict[str, Any]:
    """The player update settings in the API's form."""
    row = session.get(DistrictSetting, PLAYER)
    return DELIVERED_PLAYER | (row.values if row is not None else {})


def player_updates(session: Session) -> str:
    """`rings` (automatic roll-out in rings), `at_once`, or `by_hand`."""
    return str(player_values(session)["updates"])


def address_values(session: Session) -> dict[str, Any]:
    """The public address in the API's form; None if not set."""
    row = session.get(DistrictSetting, ADDRESS)
    return DELIVERED_ADDRESS | (row.values if row is not None else {})


def guide_values(session: Session) -> dict[str, Any]:
    """Whether the overview shows the first steps, in the API's form."""
    row = session.get(DistrictSetting, GUIDE)
    return DELIVERED_GUIDE | (row.values if row is not None else {})


def settings_document(session: Session) -> dict[str, Any]:
    """All settings in the API's form."""
    return {
        COVERAGE: coverage_values(session),
        UPTIME: uptime_values(session),
        ALERTS: alert_values(session),
        PLAYER: player_values(session),
        ADDRESS: address_values(session),
        GUIDE: guide_values(session),
    }


def _exact(share: float) -> Fraction:
    # From its digits: the nearest double to 0.8 is slightly more than four fifths.
    return Fraction(str(share))
