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
    """A screen's day counts from `day_share` of its plays on, a venue from `venue_share` of days.

    Both are exact: 0.8 is four fifths, so that 4 of 5 reach it.
    """

    day_share: Fraction
    venue_share: Fraction


@dataclass(frozen=True, slots=True)
class UptimeRules:
    """How uptime is reckoned and judged.

    `grace_s` is by venue kind for how many seconds a beat counts; a screen meets the target from
    `target_pct` on, which is exact; a gap in a roster that is shorter than `engine_stop_s` is a
    stop of the engine at a terminus.
    """

    grace_s: Mapping[str, int]
    target_pct: Fraction
    engine_stop_s: int


def coverage_values(session: Session) -> dict[str, float]:
    """The coverage settings as the API has them: shares from above 0 to 1."""
    row = session.get(DistrictSetting, COVERAGE)
    return DELIVERED | (row.values if row is not None else {})


def thresholds(session: Session) -> Thresholds:
    """The coverage settings to reckon with."""
    values = coverage_values(session)
    return Thresholds(_exact(values["day_share"]), _exact(values["venue_share"]))


def uptime_values(session: Session) -> dict[str, Any]:
    """The uptime settings as the API has them: a grace for every venue kind."""
    row = session.get(DistrictSetting, UPTIME)
    changed = row.values if row is not None else {}
    graces = DELIVERED_UPTIME["grace_s"] | changed.get("grace_s", {})
    return DELIVERED_UPTIME | changed | {"grace_s": graces}


def uptime_rules(session: Session) -> UptimeRules:
    """The uptime settings to reckon with."""
    values = uptime_values(session)
    return UptimeRules(
        grace_s=values["grace_s"],
        target_pct=_exact(values["target_pct"]),
        engine_stop_s=60 * values["engine_stop_minutes"],
    )


def alert_values(session: Session) -> dict[str, Any]:
    """The thresholds of alerts as the API has them."""
    row = session.get(DistrictSetting, ALERTS)
    return DELIVERED_ALERTS | (row.values if row is not None else {})


def alert_rules(session: Session) -> AlertRules:
    """The thresholds of alerts to judge by."""
    return AlertRules(**alert_values(session))


def player_values(session: Session) -> dict[str, Any]:
    """How screens come by a new release of the player, as the API has it."""
    row = session.get(DistrictSetting, PLAYER)
    return DELIVERED_PLAYER | (row.values if row is not None else {})


def player_updates(session: Session) -> str:
    """`rings` (rolled out in rings by itself), `at_once`, or `by_hand`."""
    return str(player_values(session)["updates"])


def address_values(session: Session) -> dict[str, Any]:
    """Under which address screens and people come, as the API has it; None while nobody said."""
    row = session.get(DistrictSetting, ADDRESS)
    return DELIVERED_ADDRESS | (row.values if row is not None else {})


def guide_values(session: Session) -> dict[str, Any]:
    """Whether the first steps are shown on the overview, as the API has it."""
    row = session.get(DistrictSetting, GUIDE)
    return DELIVERED_GUIDE | (row.values if row is not None else {})


def settings_document(session: Session) -> dict[str, Any]:
    """All settings as the API shows them."""
    return {
        COVERAGE: coverage_values(session),
        UPTIME: uptime_values(session),
        ALERTS: alert_values(session),
        PLAYER: player_values(session),
        ADDRESS: address_values(session),
        GUIDE: guide_values(session),
    }


def _exact(share: float) -> Fraction:
    # By its digits: the nearest double to 0.8 is a little more than four fifths.
    return Fraction(str(share))
