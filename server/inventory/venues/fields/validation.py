"""Validates venues as entered."""

from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from typing import Any, Final
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from server.foundation.errors import Fault, Invalid
from server.foundation.i18n import Sentence
from server.inventory.venues.fields.opening_hours import (
    dates_faults,
    extra_faults,
    hours_faults,
    ranges_faults,
    tidy,
)
from server.inventory.venues.kinds import KINDS, NO_SUCH_KIND

WRONG = Sentence("点位填写有误，请按提示修改。", "Some values of the venue are wrong.")
WRONG_ZONE = Sentence(
    "时区写成地区名，例如 Asia/Shanghai。", "Write the zone's name, for example Asia/Shanghai."
)
HALF_A_POINT = Sentence("经度和纬度要一起填写。", "Give latitude and longitude together.")


@dataclass(frozen=True)
class VenueDraft:
    """A venue as entered. Ids are public ids; None leaves the usual value.

    `code`: its number in the district's own lists, unique in the district. `lat` and `lon` are
    WGS-84 already; `pause_pin` is stored as a hash.
    """

    name: str
    kind: str
    code: str | None = None
    unit_id: str | None = None
    territory_unit_id: str | None = None
    line_id: str | None = None
    access: str = "player"
    address: str = ""
    lat: float | None = None
    lon: float | None = None
    timezone: str | None = None
    hours: Mapping[str, Any] | None = None
    closed_dates: tuple[str, ...] = ()
    extra_hours: Mapping[str, Any] = field(default_factory=dict)
    viewing_distance_m: float | None = None
    contact_name: str = ""
    contact_phone: str = ""
    contact_user_ids: tuple[str, ...] = ()
    vehicle: str = ""
    depot: str = ""
    own_share: float = 0.0
    takeover_policy: str = "always"
    sound: bool = False
    metered: Mapping[str, Any] | None = None
    pause_pin: str | None = None
    tags: tuple[str, ...] = ()


def check(values: Mapping[str, Any]) -> None:
    """Refuse invalid values; only the given fields are checked.

    Raises Invalid, which names each of them.
    """
    faults: list[Fault] = []
    if values.get("kind", "other") not in KINDS:
        faults.append(Fault("/kind", NO_SUCH_KIND))
    if not _is_zone(values.get("timezone")):
        faults.append(Fault("/timezone", WRONG_ZONE))
    if _shape(values, "lat") != _shape(values, "lon"):
        faults.append(Fault("/lat", HALF_A_POINT))
    faults += hours_faults(values.get("hours") or {})
    faults += dates_faults(list(values.get("closed_dates") or ()), "/closed_dates")
    faults += extra_faults(values.get("extra_hours") or {})
    faults += _metered_faults((values.get("metered") or {}).get("hours"))
    if faults:
        raise Invalid(WRONG, faults=faults)


def plain_values(values: Mapping[str, Any]) -> dict[str, Any]:
    """The fields that are stored in columns as they are."""
    stored = {name: values[name] for name in _PLAIN if name in values}
    for name in ("hours", "extra_hours"):
        if stored.get(name) is not None:
            stored[name] = tidy(stored[name])
    if "closed_dates" in stored:
        stored["closed_dates"] = sorted(set(stored["closed_dates"]))
    if "tags" in stored:
        stored["tags"] = sorted(set(stored["tags"]))
    return stored


_REFERENCES: Final = {
    "unit_id", "territory_unit_id", "line_id", "contact_user_ids", "pause_pin",
}  # fmt: skip
_PLAIN: Final = tuple(one.name for one in fields(VenueDraft) if one.name not in _REFERENCES)


def _shape(values: Mapping[str, Any], name: str) -> tuple[bool, bool]:
    """Whether a field is given, and whether it is empty."""
    return name in values, values.get(name) is None


def _is_zone(name: str | None) -> bool:
    if name is None:
        return True
    try:
        ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        return False
    return True


def _metered_faults(hours: Any) -> list[Fault]:
    """Hours of paid networks: a list for every day, or by weekday like opening hours."""
    if hours is None:
        return []
    if isinstance(hours, Mapping):
        return hours_faults(hours, "/metered/hours")
    return ranges_faults(hours, "/metered/hours")
