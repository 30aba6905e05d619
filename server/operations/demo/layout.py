"""The plan of the demo district: a pure function of a seed and its size."""

import random
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, Final

from server.operations.demo import names

CENTRE: Final = (34.152, 117.236)
SPREAD: Final = 0.012
TRIES: Final = 30
# Screens per venue of a kind; larger demos scale all kinds.
ROUNDS: Final = 6
LANDSCAPE: Final = (1920, 1080)
PORTRAIT: Final = (1080, 1920)
VEHICLES: Final = frozenset({"bus", "taxi"})
"""Kinds that move, and whose screens have no phone page."""
UPRIGHT: Final = frozenset({"hotel", "bus_stop", "supermarket", "residential"})


@dataclass(frozen=True)
class VenuePlan:
    """A venue to be created; units, territory and line by name."""

    name: str
    kind: str
    unit: str
    territory: str
    access: str
    address: str
    lat: float
    lon: float
    contact: str
    phone: str
    line: str = ""
    vehicle: str = ""
    depot: str = ""
    more: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class ScreenPlan:
    """A screen to be created; `venue` is its venue's index."""

    venue: int
    name: str
    serial: str
    size: tuple[int, int]


@dataclass(frozen=True)
class Layout:
    """The complete plan."""

    seed: int
    venues: tuple[VenuePlan, ...]
    screens: tuple[ScreenPlan, ...]


def lay_out(seed: int, venues: int, screens: int) -> Layout:
    """Plan a district of so many venues and bound screens."""
    dice = random.Random(seed)  # noqa: S311 - the same seed makes the same district; no secret
    kinds = _kinds(venues)
    homes = [(street, one) for street, below in names.STREETS.items() for one in below]
    centres = {community: _somewhere(dice, CENTRE, 3) for _, community in homes}
    planned: dict[str, VenuePlan] = {}
    counts: dict[str, int] = {}
    for kind in kinds:
        number = counts[kind] = counts.get(kind, 0) + 1
        for _ in range(TRIES):
            home = dice.choice(homes)
            venue = _venue(dice, kind, number, home, centres[home[1]])
            if venue.name not in planned:
                break
        else:
            venue = replace(venue, name=f"{venue.name}（{number}）")
        planned[venue.name] = venue
    venues_made = tuple(planned.values())
    return Layout(seed, venues_made, tuple(_screens(venues_made, screens)))


def _somewhere(
    dice: random.Random, centre: tuple[float, float], reach: float
) -> tuple[float, float]:
    """A random point near a centre, WGS-84."""
    lat, lon = (one + dice.uniform(-reach, reach) * SPREAD for one in centre)
    return round(lat, 6), round(lon, 6)


def _kinds(count: int) -> list[str]:
    """Kinds in the proportions of the full district; every kind once before any comes twice."""
    whole = sum(share for share, _, _ in names.KINDS.values())
    wanted = {kind: share * count / whole for kind, (share, _, _) in names.KINDS.items()}
    chosen: dict[str, int] = dict.fromkeys(wanted, 0)
    for _ in range(count):
        kind = max(wanted, key=lambda one: (chosen[one] == 0, wanted[one] - chosen[one]))
        chosen[kind] += 1
    return [kind for kind, number in chosen.items() for _ in range(number)]


def _venue(
    dice: random.Random,
    kind: str,
    number: int,
    home: tuple[str, str],
    centre: tuple[float, float],
) -> VenuePlan:
    street, community = home
    road = dice.choice(names.ROADS)
    name, more = _named(dice, kind, number, community, road)
    line, depot, vehicle = _vehicle(kind, number)
    lat, lon = _somewhere(dice, centre, 0.7)
    return VenuePlan(
        name=name,
        kind=kind,
        unit=names.KINDS[kind][1] or street,
        territory=community,
        access=_access(kind, number),
        address=f"{depot}" if depot else f"{road} {dice.randrange(2, 400)} 号",
        lat=lat,
        lon=lon,
        contact=dice.choice(names.SURNAMES) + dice.choice(names.GIVEN),
        phone=f"0500-5555{dice.randrange(1000, 9999)}",
        line=line,
        vehicle=vehicle,
        depot=depot,
        more=more,
    )


def _access(kind: str, number: int) -> str:
    """Most play by themselves; some report by hand, some have no screen."""
    if kind in {"shop", "street"} and number % 5 == 1:
        return "none"
    return "manual" if kind in {"mall", "market", "hotel"} and number % 4 == 1 else "player"


def _vehicle(kind: str, number: int) -> tuple[str, str, str]:
    """Line, depot and number of a vehicle."""
    if kind == "bus":
        line, depot, _, _ = names.LINES[number % len(names.LINES)]
        return line, depot, f"江A·D{20100 + number * 7}"
    if kind == "taxi":
        return "", "江湾出租车公司", f"江A·T{3160 + number * 3}"
    return "", "", ""


def _named(
    dice: random.Random, kind: str, number: int, community: str, road: str
) -> tuple[str, dict[str, Any]]:
    """A venue's name, and attributes specific to its kind."""
    place = _place_of(community)

    def pick(words: tuple[str, ...]) -> str:
        return words[(number - 1) % len(words)]

    if kind == "bus":
        line = names.LINES[number % len(names.LINES)][0]
        return f"{line} {number:03d} 号车", {}
    if kind == "bank":
        more: dict[str, Any] = {"hours": _bank_hours(), "own_share": 0.3}
        return f"{pick(names.BANKS)}{place}{dice.choice(('支行', '分理处', '网点'))}", more
    if kind == "hotel":
        return f"{pick(names.HOTELS)}{dice.choice(('宾馆', '酒店'))}{place}店", {"own_share": 0.4}
    if kind == "school":
        return f"{place}{pick(names.SCHOOLS)}", {"takeover_policy": "emergency"}
    return _plainly_named(dice, pick, number, community, road)[kind], {}


def _plainly_named(
    dice: random.Random,
    pick: Callable[[tuple[str, ...]], str],
    number: int,
    community: str,
    road: str,
) -> dict[str, str]:
    """Names by kind of venues with nothing particular about them."""
    place = _place_of(community)
    return {
        "bus_stop": f"{road}{place}站台",
        "shop": f"{pick(names.SHOPS)}（{road}店）",
        "supermarket": f"{pick(names.MARTS)}{place}店",
        "community": f"{community}服务中心",
        "street": f"{road}沿街 {number} 号屏",
        "hospital": f"{names.DISTRICT}{pick(names.HOSPITALS)}"
        if number <= 3
        else f"{place}社区卫生服务中心",
        "market": f"{place}农贸市场",
        "park": f"{place}{pick(names.PARKS)}",
        "taxi": f"出租车 T{3160 + number * 3}",
        "residential": f"{pick(names.HOMES)}{dice.choice(('一', '二', '三'))}期",
        "road": f"{road}路口大屏",
        "mall": f"{pick(('万象', '银泰里', '新天地', '大世界'))}商场",
        "government_hall": f"{pick(('区政务服务', '不动产登记', '社保经办'))}大厅",
        "enterprise": f"{pick(('高新', '滨河'))}产业园",
        "coach_station": f"{names.DISTRICT}客运站",
        "office": "区机关办公楼",
        "other": "区文化馆",
    }


def _place_of(community: str) -> str:
    return community.removesuffix("社区").removesuffix("村")


def _screens(venues: Sequence[VenuePlan], count: int) -> Iterator[ScreenPlan]:
    """One screen for each venue with players, then second ones, and so on."""
    places = _with_players(venues, count)
    made = round_number = 0
    while made < count:
        for place in places:
            venue = venues[place]
            full = round_number < ROUNDS and round_number >= names.KINDS[venue.kind][2]
            if full or made >= count:
                continue
            words = names.WHERE.get(venue.kind, names.ANYWHERE)
            again = round_number // len(words)
            name = words[round_number % len(words)] + (f" {again + 1}" if again else "")
            made += 1
            size = PORTRAIT if venue.kind in UPRIGHT else LANDSCAPE
            yield ScreenPlan(place, name, f"AP-{made:05d}", size)
        round_number += 1


def _with_players(venues: Sequence[VenuePlan], count: int) -> list[int]:
    """Places of at most so many venues, of every kind one before any comes twice."""
    turn_of: dict[int, int] = {}
    turns: dict[str, int] = {}
    for place, venue in enumerate(venues):
        if venue.access == "player":
            turn_of[place] = turns[venue.kind] = turns.get(venue.kind, 0) + 1
    return sorted(sorted(turn_of, key=lambda place: turn_of[place])[:count])


def _bank_hours() -> dict[str, list[list[str]]]:
    """Shorter hours on Saturdays, closed on Sundays."""
    week = {str(day): [["08:30", "17:30"]] for day in range(1, 6)}
    return {**week, "6": [["09:00", "16:00"]]}
