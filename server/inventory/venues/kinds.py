"""The registry of venue kinds: names, usual opening hours, usual dwell time, OpenOOH id.

To add a kind, add a line here, the translation of its name, and the line in the glossary.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from server.foundation.i18n import Sentence

Hours = dict[str, list[list[str]]]
"""ISO weekdays ("1" is Monday) to pairs of wall-clock times."""

# Where transport staff may act: vehicles and stops.
TRANSPORT_KINDS: Final = frozenset({"bus", "taxi", "coach_station", "bus_stop"})
VEHICLES: Final = frozenset({"bus", "taxi"})


@dataclass(frozen=True)
class VenueKind:
    """Defaults of one kind; a venue may differ. `dwell_s`: length of stay.

    `openooh`: the nearest enumeration id of the OpenOOH venue taxonomy 1.1.
    """

    code: str
    name: Sentence
    weekdays: tuple[str, str]
    weekend: tuple[str, str] | None
    dwell_s: int
    openooh: int

    def usual_hours(self) -> Hours:
        """Opening hours of a venue without hours of its own."""
        hours = {str(day): [list(self.weekdays)] for day in range(1, 6)}
        if self.weekend is not None:
            hours |= {day: [list(self.weekend)] for day in ("6", "7")}
        return hours


def _daily(
    code: str, zh: str, en: str, hours: tuple[str, str], dwell_s: int, openooh: int
) -> VenueKind:
    return VenueKind(code, Sentence(zh, en), hours, hours, dwell_s, openooh)


def _workdays(
    code: str, zh: str, en: str, hours: tuple[str, str], dwell_s: int, openooh: int
) -> VenueKind:
    return VenueKind(code, Sentence(zh, en), hours, None, dwell_s, openooh)


NO_SUCH_KIND = Sentence("没有这种点位类型。", "There is no such venue kind.")
_ALL_DAY = ("00:00", "24:00")

_REGISTRY: Final = (
    _daily("bank", "银行网点", "Bank branch", ("08:30", "17:30"), 900, 1001),
    _daily("hotel", "宾馆酒店", "Hotel", _ALL_DAY, 300, 80701),
    _daily("supermarket", "超市", "Supermarket", ("08:00", "22:00"), 1200, 203),
    _daily("mall", "商场", "Shopping mall", ("10:00", "22:00"), 1800, 20501),
    _daily("shop", "商铺", "Shop", ("09:00", "21:00"), 300, 202),
    _daily("hospital", "医院", "Hospital", ("07:30", "20:00"), 1800, 501),
    _workdays("school", "学校", "School", ("07:00", "18:00"), 600, 601),
    _daily("market", "农贸市场", "Farmers' market", ("05:30", "19:00"), 900, 203),
    _daily("park", "公园广场", "Park or square", ("06:00", "22:00"), 600, 302),
    _daily("street", "沿街单位", "Street front", ("08:00", "22:00"), 15, 302),
    _daily("road", "交通主干道", "Main road", ("06:00", "23:00"), 10, 30101),
    _daily("bus", "公交车", "Bus", ("06:00", "21:30"), 1200, 10201),
    _daily("taxi", "出租车", "Taxi", _ALL_DAY, 900, 103),
    _daily("coach_station", "客运站", "Coach station", ("06:00", "20:00"), 1500, 10202),
    _daily("bus_stop", "公交站台", "Bus stop", ("06:00", "22:00"), 300, 303),
    _daily("community", "村（社区）", "Village or community", ("08:00", "20:00"), 300, 302),
    _daily("residential", "居民小区", "Residential area", ("06:00", "23:00"), 60, 110101),
    _workdays("enterprise", "企业园区", "Business park", ("07:30", "19:00"), 300, 701),
    _workdays(
        "government_hall", "政务服务大厅", "Public service hall", ("08:30", "17:30"), 1200, 901
    ),
    _workdays("office", "机关单位", "Government office", ("08:00", "18:00"), 120, 70102),
    _daily("other", "其他", "Other", ("08:00", "20:00"), 60, 302),
)

KINDS: Final[Mapping[str, VenueKind]] = {kind.code: kind for kind in _REGISTRY}
